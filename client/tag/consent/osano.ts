import { safely } from '../safely.ts';
import type { ConsentReader } from './consent-reader.ts';

type OsanoConsent = Readonly<Record<string, string | undefined>>;

interface OsanoManager {
  readonly getConsent: () => OsanoConsent;
  readonly addEventListener: (
    type: 'osano-cm-initialized' | 'osano-cm-consent-saved',
    callback: (consent: OsanoConsent | undefined) => void,
  ) => void;
}

/** Before the manager loads, a function that queues its arguments. */
interface Osano {
  (type: 'onInitialized' | 'onConsentSaved', callback: (consent: OsanoConsent | undefined) => void): void;
  data?: unknown[];
  readonly cm?: OsanoManager;
}

declare global {
  interface Window {
    Osano?: Osano;
  }
}

/**
 * Osano. The default category is `MARKETING`. `OPT_OUT` is a no to everything: the choice of visitors in the United States.
 *
 * https://developers.osano.com/cmp/javascript-api/developer-documentation-consent-javascript-api (read 2026-11)
 */
export const osano: ConsentReader = {
  advertising: ['MARKETING'],
  read(onState) {
    /** @param consent Undefined if the visitor has not chosen. */
    const take = (consent: OsanoConsent | undefined) =>
      safely(() => {
        const now = consent ?? window.Osano?.cm?.getConsent() ?? {};
        const isOut = now['OPT_OUT'] === 'ACCEPT';
        onState({
          isChosen: consent !== undefined || isOut,
          isGranted: (category) => !isOut && now[category] === 'ACCEPT',
        });
      });
    const { cm } = window.Osano ?? {};
    if (cm) {
      cm.addEventListener('osano-cm-initialized', take);
      cm.addEventListener('osano-cm-consent-saved', take);
      return;
    }
    const early: Osano = (window.Osano ??= Object.assign((...args: unknown[]) => void early.data?.push(args), {
      data: [],
    }));
    early('onInitialized', take);
    early('onConsentSaved', take);
  },
};
