/** LinkedIn's limit per request. https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api (read 2026-09) */
export const MAX_BATCH_EVENTS = 5_000;
