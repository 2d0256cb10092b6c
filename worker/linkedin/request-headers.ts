/**
 * Returns the headers of a versioned call. LinkedIn has no default version and answers 400 without one.
 *
 * https://learn.microsoft.com/linkedin/marketing/versioning (read 2026-09)
 */
export function requestHeaders({ token, version }: { token: string; version: string }): Record<string, string> {
  return {
    Authorization: `Bearer ${token}`,
    'LinkedIn-Version': version,
    'X-Restli-Protocol-Version': '2.0.0',
    'Content-Type': 'application/json',
  };
}
