/**
 * Removes the names of the API's fields from a sentence, such as "(linkedin_version)". They help a program's author, and
 * the page has the field's own label.
 */
export function inPlainWords(sentence: string): string {
  return sentence.replaceAll(
    / \((?:the source’s )?[a-z]+(?:_[a-z]+)+(?: or [a-z]+(?:_[a-z]+)+| and [a-z]+(?:_[a-z]+)+)?\)/g,
    '',
  );
}
