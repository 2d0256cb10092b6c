/**
 * What LinkedIn's answer means for the token and the app, whatever the request was.
 *
 * `unavailable`: LinkedIn did not answer as itself. `throttled`: too many requests. `token_refused`: it is about the token,
 * not about what was asked.
 */
export type ResponseKind = 'answered' | 'unavailable' | 'throttled' | 'token_refused';
