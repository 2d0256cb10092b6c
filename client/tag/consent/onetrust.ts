import { listen } from '../safely.ts';
import type { ConsentReader } from './consent-reader.ts';

declare global {
  interface Window {
    OneTrust?: { readonly IsAlertBoxClosed?: () => boolean };
    /** The active groups, as `,C0001,C0004,`. */
    OnetrustActiveGroups?: string;
  }
}

/**
 * OneTrust: the active groups, `C0004` (targeting) by default.
 *
 * Where the law requires consent first, only the necessary group is active until the visitor closes the banner.
 * `IsAlertBoxClosed` says whether they have.
 *
 * https://developer.onetrust.com/onetrust/docs/javascript-events-guide (read 2026-11)
 */
export const onetrust: ConsentReader = {
  advertising: ['C0004'],
  read(onState) {
    const look = () => {
      const groups = window.OnetrustActiveGroups?.split(',');
      if (groups === undefined) return;
      onState({
        isChosen: window.OneTrust?.IsAlertBoxClosed?.() === true,
        isGranted: (group) => groups.includes(group),
      });
    };
    look();
    // The first runs when its script has loaded, the second after each choice. By then the choice is stored, and the banner
    // counts as closed in every version.
    listen(window, 'OneTrustGroupsUpdated', look);
    listen(window, 'OTConsentApplied', look);
  },
};
