/** The elements of tags, as `client/tag/script.ts` finds its own. */
const TAGS = '[data-write-key^=wk_],[data-pipeline-key]';

/**
 * What goes before the script where an unanswered question about consent is a no: the tag then waits as with
 * `data-consent="required"`, unless its element says something else than the default. Where the script cannot tell which
 * element is its own, this counts for all that may be.
 */
export const WAIT =
  `((e,t)=>{try{(e?.matches(t)?[e]:document.querySelectorAll(t)).forEach(({dataset:d})=>` +
  `/^(auto)?$/.test(d.consent||"")&&(d.consent="required"))}catch{}})(document.currentScript,"${TAGS}");`;
