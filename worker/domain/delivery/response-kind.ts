/**
 * What LinkedIn's answer means for the token and the app, whatever the request was.
 *
 * `unavailable`: nothing answered, or something other than LinkedIn's API. `throttled`: too many requests.
 * `token_refused`: the token is at fault, not the request.
 */
export type ResponseKind = 'answered' | 'unavailable' | 'throttled' | 'token_refused';
