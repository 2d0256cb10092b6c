import { listen } from '../safely.ts';
import type { Reader } from './answer.ts';

declare global {
  interface Window {
    OneTrust?: { readonly IsAlertBoxClosed?: () => boolean };
    /** The groups that may be used, as `,C0001,C0004,`. */
    OnetrustActiveGroups?: string;
  }
}

/**
 * OneTrust: the groups that are active, `C0004` (targeting) if nothing else is asked for.
 *
 * Where the law wants a yes first, only the necessary group is active until the visitor closes the banner, which
 * `IsAlertBoxClosed` tells.
 *
 * https://developer.onetrust.com/onetrust/docs/javascript-events-guide (read 2026-11)
 */
export const onetrust: Reader = {
  advertising: ['C0004'],
  read(onAnswer) {
    const look = () => {
      const groups = window.OnetrustActiveGroups?.split(',');
      if (groups === undefined) return;
      onAnswer({
        isChosen: window.OneTrust?.IsAlertBoxClosed?.() === true,
        isGranted: (group) => groups.includes(group),
      });
    };
    look();
    // Each time its script has loaded, and each time the visitor has chosen. The second comes once the choice is kept,
    // by when the banner counts as closed in every version.
    listen(window, 'OneTrustGroupsUpdated', look);
    listen(window, 'OTConsentApplied', look);
  },
};
