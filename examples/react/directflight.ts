import { createTag } from 'directflight/tag';

/** One tag for the whole app. It records a page view on load and on each navigation of the router. */
export const directflight = createTag({
  writeKey: 'wk_abc123',
  endpoint: 'https://www.example.com/_df/',
  consent: 'required',
});
