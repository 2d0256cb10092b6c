import type { ConsentReader } from './consent-reader.ts';
import { waitForPlatform } from './wait-for-platform.ts';

interface TcData {
  readonly eventStatus?: 'tcloaded' | 'cmpuishown' | 'useractioncomplete';
  readonly gdprApplies?: boolean;
  readonly purpose?: { readonly consents?: Readonly<Record<string, boolean>> };
  readonly vendor?: { readonly consents?: Readonly<Record<string, boolean>> };
}

declare global {
  interface Window {
    __tcfapi?: (
      command: 'addEventListener',
      version: 2,
      callback: (data: TcData, isSuccess: boolean) => void,
      parameter?: unknown,
    ) => void;
  }
}

/**
 * IAB Europe's Transparency and Consent Framework 2.2: purposes by number, 1 (store and read on the device) and 7 (measure
 * ads) by default. `data-vendor` requires that vendor of the Global Vendor List too.
 *
 * `cmpuishown` is not an answer yet: the visitor is still looking at the banner.
 *
 * https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework,
 * TCFv2/IAB Tech Lab - CMP API v2.md (read 2026-11)
 */
export const tcf: ConsentReader = {
  advertising: ['1', '7'],
  read(onState, { vendor }) {
    waitForPlatform(
      // oxlint-disable-next-line no-underscore-dangle -- the name is IAB's
      () => window.__tcfapi,
      (api) =>
        api('addEventListener', 2, (data, isSuccess) => {
          if (!isSuccess || (data.eventStatus !== 'tcloaded' && data.eventStatus !== 'useractioncomplete')) return;
          const isFree = data.gdprApplies === false;
          const isVendorAllowed = vendor === undefined || data.vendor?.consents?.[vendor] === true;
          onState({
            isChosen: !isFree,
            isGranted: (purpose) => isFree || (isVendorAllowed && data.purpose?.consents?.[purpose] === true),
          });
        }),
    );
  },
};
