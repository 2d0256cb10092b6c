/** Selects the tags' elements, as `client/tag/script.ts` finds its own. */
const TAGS = '[data-write-key^=wk_],[data-pipeline-key]';

/**
 * The code in front of the script for regions where an unanswered question about consent is a no. The tag then waits as
 * with `data-consent="required"`, unless its element says something else than the default. If the script cannot tell
 * which element is its own, this applies to all candidates.
 */
export const WAIT =
  `((e,t)=>{try{(e?.matches(t)?[e]:document.querySelectorAll(t)).forEach(({dataset:d})=>` +
  `/^(auto)?$/.test(d.consent||"")&&(d.consent="required"))}catch{}})(document.currentScript,"${TAGS}");`;
