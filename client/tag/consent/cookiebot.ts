import { listen } from '../safely.ts';
import type { ConsentReader } from './consent-reader.ts';

declare global {
  interface Window {
    Cookiebot?: {
      readonly hasResponse: boolean;
      readonly consent: Readonly<Record<string, boolean | string | null>>;
    };
  }
}

/**
 * Cookiebot. The default category is `marketing`. `implied` is its word for a consent that the visitor did not give.
 *
 * https://www.cookiebot.com/en/developer/ (read 2026-11)
 */
export const cookiebot: ConsentReader = {
  advertising: ['marketing'],
  read(onState) {
    const look = () => {
      const { Cookiebot } = window;
      if (Cookiebot === undefined) return;
      const { consent, hasResponse } = Cookiebot;
      onState({
        isChosen: hasResponse && consent['method'] !== 'implied',
        isGranted: (category) => consent[category] === true,
      });
    };
    look();
    for (const type of ['CookiebotOnConsentReady', 'CookiebotOnAccept', 'CookiebotOnDecline'])
      listen(window, type, look);
  },
};
