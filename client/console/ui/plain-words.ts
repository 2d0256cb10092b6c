/**
 * Removes the names of the API's fields from a sentence, such as "(linkedin_version)". They help a program's author, and
 * the page has the field's own label. For an origin it says *website*, and for case *capital letters*, as the pages do.
 */
export function inPlainWords(sentence: string): string {
  return sentence
    .replaceAll(/ \((?:the source’s )?[a-z]+(?:_[a-z]+)+(?: or [a-z]+(?:_[a-z]+)+| and [a-z]+(?:_[a-z]+)+)?\)/g, '')
    .replaceAll(/\bwithout an origin\b/g, 'a sender that names no website')
    .replaceAll(/\bother origins\b/g, 'other websites')
    .replaceAll(/\bonly in case\b/g, 'only in capital letters');
}

/**
 * Says *connection* and *site* in a problem of the API, as the pages do. The API's own words, `integration` and `source`,
 * are for programs (docs/glossary.md). Quoted texts, paths and codes stay as they are: they may be names, or LinkedIn's
 * words.
 */
export function inWordsOfPages(problem: string): string {
  return problem.replaceAll(API_WORDS, (whole, article: string | undefined, word: string | undefined, many = '') => {
    if (word === undefined) return whole;
    const isSource = word.toLowerCase() === 'source';
    const said = isSource ? 'site' : 'connection';
    const [first = ''] = word;
    const begins = first === first.toUpperCase() ? `${said.charAt(0).toUpperCase()}${said.slice(1)}` : said;
    return `${article === undefined ? '' : article.replace(/n(?= )/, '')}${begins}${many}`;
  });
}

/** A quotation, or the API's word for a connection or a site. PagerDuty has integration keys, which keep their name. */
const API_WORDS = /“[^”]*”|"[^"]*"|(?<![\w/.’'-])(an? )?(integration|source)(s?)(?![\w-]| key\b)/gi;
