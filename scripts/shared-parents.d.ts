/**
 * Gives every domain that is no public suffix and has public suffixes below it, such as `amazonaws.com` above
 * `s3.amazonaws.com`. tldts answers for one host only, so its list is read as it lies in the package.
 */
export declare function sharedParents(): Promise<string[]>;
export declare function moduleOf(parents: readonly string[]): string;
