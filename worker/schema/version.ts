/** The version of this release. The same as in package.json, which a test compares. */
export const VERSION = '0.2.0';
