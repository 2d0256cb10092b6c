/**
 * What an answer of LinkedIn's says to everybody who uses the same token or the same app, whatever they asked.
 *
 * `unavailable`: LinkedIn did not answer as itself. `throttled`: too many requests. `token_refused`: it is about the token,
 * not about what was asked.
 */
export type Heard = 'answered' | 'unavailable' | 'throttled' | 'token_refused';
