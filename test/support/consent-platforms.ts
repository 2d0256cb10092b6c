/**
 * Consent platforms as pages see them: the documented globals, events and callbacks, with nothing behind them. Each
 * runs in the page as its own script, so each stands alone.
 *
 * Read 2026-11: IAB's CMP API v2 (TCFv2, GDPR-Transparency-and-Consent-Framework on GitHub) ·
 * developers.google.com/tag-platform/security/guides/consent ·
 * developer.onetrust.com/onetrust/docs/javascript-events-guide · www.cookiebot.com/en/developer ·
 * developers.didomi.io/cmp/web-sdk/reference · usercentrics.com/docs/web (v3:
 * UC_CONSENT and __ucCmp; v2: UC_UI) · developers.osano.com/cmp/javascript-api.
 */

export type Choice = 'granted' | 'denied';

declare global {
  interface Window {
    /** Makes the visitor's choice in the banner. */
    choose: (choice: Choice) => void;
  }
}

/** @param remembered The visitor's choice on an earlier page. */
type Platform = (remembered: Choice | undefined) => void;

/** The shop's own banner, which calls the tag or its stub. */
const page: Platform = (remembered) => {
  window.choose = (choice) => window._df.consent({ advertising: choice === 'granted' });
  if (remembered) window.choose(remembered);
};

const tcf: Platform = (remembered) => {
  type Callback = (data: object, isSuccess: boolean) => void;
  const listeners: Callback[] = [];
  let choice = remembered;
  const dataOf = (eventStatus: string, listenerId: number) => ({
    tcString: 'CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA',
    tcfPolicyVersion: 4,
    cmpId: 300,
    cmpVersion: 1,
    gdprApplies: true,
    eventStatus,
    cmpStatus: 'loaded',
    listenerId,
    purpose: {
      consents: Object.fromEntries([1, 2, 3, 4, 7].map((purpose) => [purpose, choice === 'granted'])),
      legitimateInterests: {},
    },
    vendor: { consents: {}, legitimateInterests: {} },
  });
  const api = (command: string, _version: number, callback: Callback) => {
    if (command !== 'addEventListener') return callback({}, false);
    const id = listeners.push(callback) - 1;
    // Calls back at once. Before a choice it only reports that the banner is shown.
    return callback(dataOf(choice === undefined ? 'cmpuishown' : 'tcloaded', id), true);
  };
  Object.assign(window, { __tcfapi: api });
  window.choose = (chosen) => {
    choice = chosen;
    for (const [id, callback] of listeners.entries()) callback(dataOf('useractioncomplete', id), true);
  };
};

const google: Platform = (remembered) => {
  const { dataLayer: layer = [] }: { dataLayer?: unknown[] } = Object(window);
  Object.assign(window, { dataLayer: layer });
  function gtag(..._args: unknown[]) {
    // Same as Google's snippet, which pushes `arguments` itself.
    // oxlint-disable-next-line prefer-rest-params -- Google reads an Arguments object, not an array
    layer.push(arguments);
  }
  const states = (state: Choice) => ({ ad_storage: state, ad_user_data: state, ad_personalization: state });
  gtag('consent', 'default', { ...states('denied'), analytics_storage: 'denied', wait_for_update: 500 });
  // Tag Manager loads and wraps `push` in its own function.
  const { push } = layer;
  layer.push = (...entries) => push.apply(layer, entries);
  layer.push({ event: 'gtm.js' });
  window.choose = (choice) => gtag('consent', 'update', states(choice));
  if (remembered) window.choose(remembered);
};

const onetrust: Platform = (remembered) => {
  let isClosed = remembered !== undefined;
  const activate = (choice: Choice | undefined) => {
    const groups = choice === 'granted' ? ['C0001', 'C0002', 'C0003', 'C0004'] : ['C0001'];
    Object.assign(window, { OnetrustActiveGroups: `,${groups.join(',')},` });
    window.dispatchEvent(new CustomEvent('OneTrustGroupsUpdated', { detail: groups }));
  };
  Object.assign(window, { OneTrust: { IsAlertBoxClosed: () => isClosed } });
  activate(remembered);
  window.choose = (choice) => {
    isClosed = true;
    activate(choice);
    window.dispatchEvent(new CustomEvent('OTConsentApplied'));
  };
};

const cookiebot: Platform = (remembered) => {
  const set = (choice: Choice | undefined) => {
    const isGranted = choice === 'granted';
    Object.assign(window, {
      Cookiebot: {
        consent: {
          necessary: true,
          preferences: isGranted,
          statistics: isGranted,
          marketing: isGranted,
          method: choice === undefined ? null : 'explicit',
        },
        consented: isGranted,
        declined: choice === 'denied',
        hasResponse: choice !== undefined,
      },
    });
    if (choice === undefined) return;
    window.dispatchEvent(new Event('CookiebotOnConsentReady'));
    window.dispatchEvent(new Event(isGranted ? 'CookiebotOnAccept' : 'CookiebotOnDecline'));
  };
  set(remembered);
  window.choose = set;
};

const didomi: Platform = (remembered) => {
  let choice = remembered;
  const status = () => {
    // Before a choice, no purpose has an answer.
    const enabled = choice === undefined ? undefined : choice === 'granted';
    const purposes = ['cookies', 'select_basic_ads', 'measure_ad_performance'];
    return {
      purposes: Object.fromEntries(purposes.map((id) => [id, { id, enabled }])),
      vendors: { 'c:linkedin-ads': { id: 'c:linkedin-ads', enabled } },
      regulation: 'gdpr',
    };
  };
  const api = {
    isConsentRequired: () => true,
    shouldUserStatusBeCollected: () => choice === undefined,
    getCurrentUserStatus: status,
  };
  const listeners: { event: string; listener: () => void }[] = [];
  const { didomiOnReady: early, didomiEventListeners: earlyListeners }: Record<string, unknown> = Object(window);
  Object.assign(window, {
    didomiOnReady: { push: (callback: (didomi: object) => void) => callback(api) },
    didomiEventListeners: { push: (listener: (typeof listeners)[number]) => listeners.push(listener) },
  });
  if (Array.isArray(earlyListeners)) listeners.push(...earlyListeners);
  if (Array.isArray(early)) for (const callback of early) callback(api);
  window.choose = (chosen) => {
    choice = chosen;
    for (const { event, listener } of listeners) if (event === 'consent.changed') listener();
  };
};

const usercentrics: Platform = (remembered) => {
  const detailsOf = (choice: Choice | undefined) => ({
    consent: {
      status: choice === 'granted' ? 'ALL_ACCEPTED' : 'ALL_DENIED',
      required: choice === undefined,
      type: choice === undefined ? 'IMPLICIT' : 'EXPLICIT',
      updatedBy: choice === undefined ? 'onInitialPageLoad' : 'onUpdateServices',
    },
    services: {},
    categories: {
      essential: { essential: true, state: 'ALL_ACCEPTED', dps: null },
      marketing: { state: choice === 'granted' ? 'ALL_ACCEPTED' : 'ALL_DENIED', dps: null },
    },
  });
  let details = detailsOf(remembered);
  const announce = () => window.dispatchEvent(new CustomEvent('UC_CONSENT', { detail: details }));
  Object.assign(window, {
    __ucCmp: { isInitialized: async () => true, getConsentDetails: async () => details },
  });
  window.dispatchEvent(new CustomEvent('UC_UI_INITIALIZED', { detail: null }));
  announce();
  window.choose = (choice) => {
    details = detailsOf(choice);
    announce();
  };
};

const usercentrics2: Platform = (remembered) => {
  let services: object[] = [];
  const set = (choice: Choice | undefined) => {
    const history = [{ action: 'onInitialPageLoad', status: false, type: 'implicit' }];
    if (choice) history.push({ action: 'onUpdateServices', status: choice === 'granted', type: 'explicit' });
    services = [
      { name: 'Usercentrics', categorySlug: 'essential', consent: { status: true, history } },
      { name: 'LinkedIn Insight Tag', categorySlug: 'marketing', consent: { status: choice === 'granted', history } },
    ];
  };
  set(remembered);
  Object.assign(window, { UC_UI: { isInitialized: () => true, getServicesBaseInfo: () => services } });
  window.dispatchEvent(new Event('UC_UI_INITIALIZED'));
  window.choose = (choice) => {
    const type = choice === 'granted' ? 'ACCEPT_ALL' : 'DENY_ALL';
    window.dispatchEvent(new CustomEvent('UC_UI_CMP_EVENT', { detail: { source: 'FIRST_LAYER', type } }));
    set(choice);
  };
};

const osano: Platform = (remembered) => {
  type Callback = (consent: object | undefined) => void;
  const early: { data?: [string, Callback][] } = Object(Reflect.get(window, 'Osano'));
  const saved: Callback[] = [];
  const consentOf = (choice: Choice | undefined) => {
    const state = choice === 'granted' ? 'ACCEPT' : 'DENY';
    return { ESSENTIAL: 'ACCEPT', STORAGE: 'ACCEPT', MARKETING: state, ANALYTICS: state, OPT_OUT: 'DENY' };
  };
  let choice = remembered;
  const listen = (type: string, callback: Callback) => {
    // It has initialized already, so it calls back at once.
    if (type === 'osano-cm-initialized' || type === 'onInitialized') callback(choice && consentOf(choice));
    else saved.push(callback);
  };
  Object.assign(window, {
    Osano: Object.assign(listen, { cm: { getConsent: () => consentOf(choice), addEventListener: listen } }),
  });
  for (const [type, callback] of early.data ?? []) listen(type, callback);
  window.choose = (chosen) => {
    choice = chosen;
    for (const callback of saved) callback(consentOf(choice));
  };
};

/** A banner that stores its answer in a cookie. */
const cookie: Platform = (remembered) => {
  window.choose = (choice) => {
    document.cookie = `shop_consent=${encodeURIComponent(`ads:${choice === 'granted' ? 'yes' : 'no'}`)}; path=/`;
  };
  if (remembered) window.choose(remembered);
};

/** A banner that stores its answer in a global. */
const variable: Platform = (remembered) => {
  window.choose = (choice) => {
    Object.assign(window, { shop: { consent: { ads: choice === 'granted' } } });
    document.dispatchEvent(new Event('shop:consent'));
  };
  if (remembered) window.choose(remembered);
};

/**
 * A source of consent: its script on the page, and the `df-consent.js` attributes that read it. The shop's own calls
 * need none.
 */
export interface ConsentSource {
  readonly name: string;
  readonly platform: Platform;
  readonly attributes: string | undefined;
}

export const CONSENT_SOURCES: readonly ConsentSource[] = [
  { name: 'page', platform: page, attributes: undefined },
  { name: 'tcf', platform: tcf, attributes: 'data-from="tcf"' },
  { name: 'google', platform: google, attributes: 'data-from="google"' },
  { name: 'onetrust', platform: onetrust, attributes: 'data-from="onetrust"' },
  { name: 'cookiebot', platform: cookiebot, attributes: 'data-from="cookiebot"' },
  { name: 'didomi', platform: didomi, attributes: 'data-from="didomi" data-vendor="c:linkedin-ads"' },
  { name: 'usercentrics', platform: usercentrics, attributes: 'data-from="usercentrics"' },
  { name: 'usercentrics 2', platform: usercentrics2, attributes: 'data-from="usercentrics"' },
  { name: 'osano', platform: osano, attributes: 'data-from="osano"' },
  {
    name: 'custom cookie',
    platform: cookie,
    attributes: 'data-from="custom" data-cookie="shop_consent" data-granted="ads:yes"',
  },
  {
    name: 'custom variable',
    platform: variable,
    attributes: 'data-from="custom" data-variable="shop.consent.ads" data-event="shop:consent"',
  },
];

/** Returns the platform as a script for the page. */
export function platformScript({ platform }: ConsentSource, remembered: Choice | undefined): string {
  return `<script>(${platform.toString()})(${JSON.stringify(remembered)})</script>`;
}
