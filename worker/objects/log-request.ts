import type { RequestLine } from '../linkedin/request-line.ts';

/** Logs a request to LinkedIn as JSON on one line, so that Workers Logs and shell tools can read its fields. */
export function logRequest(line: RequestLine): void {
  // oxlint-disable-next-line no-console -- This is the log.
  console.log(JSON.stringify(line));
}
