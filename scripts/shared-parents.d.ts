/**
 * Returns every domain that isn't a public suffix but has public suffixes below it, such as `amazonaws.com` above
 * `s3.amazonaws.com`. tldts only answers for single hosts, so its list is read from the package's files.
 */
export declare function sharedParents(): Promise<string[]>;
export declare function moduleOf(parents: readonly string[]): string;
