import { safely } from '../safely.ts';
import type { ConsentReader } from './consent-reader.ts';

interface Didomi {
  readonly isConsentRequired: () => boolean;
  readonly shouldUserStatusBeCollected: () => boolean;
  readonly getCurrentUserStatus: () => {
    readonly purposes: Readonly<Record<string, { readonly enabled?: boolean } | undefined>>;
    readonly vendors: Readonly<Record<string, { readonly enabled?: boolean } | undefined>>;
  };
}

declare global {
  interface Window {
    didomiOnReady?: { push(callback: (didomi: Didomi) => void): unknown };
    didomiEventListeners?: { push(listener: { event: 'consent.changed'; listener: () => void }): unknown };
  }
}

/**
 * Didomi: purposes by name, `cookies` and `measure_ad_performance` by default. `data-vendor` requires that vendor too.
 *
 * https://developers.didomi.io/cmp/web-sdk/reference (read 2026-11)
 */
export const didomi: ConsentReader = {
  advertising: ['cookies', 'measure_ad_performance'],
  read(onState, { vendor }) {
    // Didomi empties these lists when it loads, and replaces their `push`.
    (window.didomiOnReady ??= []).push((api) => {
      const look = () => {
        const { purposes, vendors } = api.getCurrentUserStatus();
        const isVendorAllowed = vendor === undefined || vendors[vendor]?.enabled === true;
        onState({
          isChosen: api.isConsentRequired() && !api.shouldUserStatusBeCollected(),
          isGranted: (purpose) => isVendorAllowed && purposes[purpose]?.enabled === true,
        });
      };
      safely(look);
      (window.didomiEventListeners ??= []).push({ event: 'consent.changed', listener: () => safely(look) });
    });
  },
};
