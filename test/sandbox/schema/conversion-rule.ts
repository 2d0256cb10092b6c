import { BOOLEAN, INT, listOf, LONG, oneOf, optional, record, STRING, urn } from './shape.ts';

const readOnly = true as const;

/** LinkedIn's list (read 2026-09). */
const TYPES = [
  'ADD_TO_CART DOWNLOAD INSTALL KEY_PAGE_VIEW LEAD PURCHASE SIGN_UP OTHER SAVE START_CHECKOUT SCHEDULE VIEW_CONTENT',
  'VIEW_VIDEO ADD_BILLING_INFO BOOK_APPOINTMENT REQUEST_QUOTE SEARCH SUBSCRIBE AD_CLICK AD_VIEW COMPLETE_SIGNUP',
  'SUBMIT_APPLICATION PHONE_CALL INVITE LOGIN SHARE DONATE ADD_TO_LIST START_TRIAL OUTBOUND_CLICK CONTACT QUALIFIED_LEAD',
].flatMap((line) => line.split(' '));

/** The schema of a conversion rule for creating and patching it. */
export const CONVERSION_RULE = record({
  name: { shape: STRING, required: true },
  account: { shape: urn('urn:li:sponsoredAccount:', /^\d+$/), required: true, createOnly: true },
  conversionMethod: {
    shape: oneOf('CONVERSIONS_API', 'INSIGHT_TAG_URL_MATCH_RULES', 'INSIGHT_TAG_JAVASCRIPT_EVENT'),
    required: true,
  },
  type: {
    shape: oneOf(
      ...TYPES,
      { name: 'MARKETING_QUALIFIED_LEAD', since: '202608' },
      { name: 'SALES_QUALIFIED_LEAD', since: '202608' },
    ),
    required: true,
  },
  enabled: optional(BOOLEAN),
  postClickAttributionWindowSize: optional(INT),
  viewThroughAttributionWindowSize: optional(INT),
  attributionType: optional(oneOf('LAST_TOUCH_BY_CAMPAIGN', 'LAST_TOUCH_BY_CONVERSION')),
  valueType: optional(oneOf('DYNAMIC', 'FIXED', 'NO_VALUE')),
  id: { shape: LONG, readOnly },
  created: { shape: LONG, readOnly },
  lastModified: { shape: LONG, readOnly },
  campaigns: { shape: listOf(STRING), readOnly },
  associatedCampaigns: { shape: listOf(STRING), readOnly },
  urlRules: { shape: listOf(STRING), readOnly },
  ownershipType: { shape: STRING, readOnly, since: '202605' },
});

const SHORT_WINDOWS = [1, 7, 30, 90];
const LONG_WINDOWS = [180, 365];
const TYPES_WITH_LONG_WINDOWS = new Set(
  'SUBMIT_APPLICATION PURCHASE ADD_TO_CART QUALIFIED_LEAD LEAD MARKETING_QUALIFIED_LEAD SALES_QUALIFIED_LEAD'.split(
    ' ',
  ),
);

/** The attribution windows in days. Types with long decision times have longer ones. */
export const windowsOf = (type: string): readonly number[] =>
  TYPES_WITH_LONG_WINDOWS.has(type) ? [...SHORT_WINDOWS, ...LONG_WINDOWS] : SHORT_WINDOWS;
