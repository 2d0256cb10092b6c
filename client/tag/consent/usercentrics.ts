import { listen, safely } from '../safely.ts';
import type { ConsentReader } from './consent-reader.ts';

/** The API of version 3. */
interface ConsentDetails {
  readonly consent: { readonly type: 'IMPLICIT' | 'EXPLICIT' };
  readonly categories: Readonly<Record<string, { readonly state: string } | undefined>>;
}

/** The API of version 2. */
interface Service {
  readonly categorySlug: string;
  readonly consent: { readonly status: boolean; readonly history: readonly { readonly type: string }[] };
}

declare global {
  interface Window {
    __ucCmp?: { readonly getConsentDetails: () => Promise<ConsentDetails> };
    UC_UI?: { readonly isInitialized: () => boolean; readonly getServicesBaseInfo: () => readonly Service[] };
  }
  interface WindowEventMap {
    UC_CONSENT: CustomEvent<ConsentDetails>;
  }
}

/**
 * Usercentrics, versions 3 and 2. The default category is `marketing`. A category with only some services allowed counts as
 * not granted.
 *
 * https://usercentrics.com/docs/web/ (read 2026-11)
 */
export const usercentrics: ConsentReader = {
  advertising: ['marketing'],
  read(onState) {
    const take = ({ consent, categories }: ConsentDetails) =>
      onState({
        isChosen: consent.type === 'EXPLICIT',
        isGranted: (category) => categories[category]?.state === 'ALL_ACCEPTED',
      });
    window.addEventListener('UC_CONSENT', ({ detail }) => safely(() => take(detail)));
    // Rejects before it is initialized. Then the event follows later.
    // oxlint-disable-next-line no-underscore-dangle -- the name is theirs
    window.__ucCmp
      ?.getConsentDetails()
      .then(take)
      .catch(() => undefined);

    const lookAtVersion2 = () => {
      const ui = window.UC_UI;
      if (ui?.isInitialized() !== true) return;
      const services = ui.getServicesBaseInfo();
      onState({
        isChosen: services.some(({ consent }) => consent.history.some(({ type }) => type === 'explicit')),
        isGranted(category) {
          const ofCategory = services.filter(({ categorySlug }) => categorySlug === category);
          return ofCategory.length > 0 && ofCategory.every(({ consent }) => consent.status);
        },
      });
    };
    lookAtVersion2();
    for (const type of ['UC_UI_INITIALIZED', 'UC_UI_CMP_EVENT'])
      // A task later: the services change only after the event.
      listen(window, type, () => setTimeout(() => safely(lookAtVersion2)));
  },
};
