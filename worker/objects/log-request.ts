import type { RequestLine } from '../linkedin/request-line.ts';

/** Writes the line of a request to LinkedIn to the log: JSON on one line, which Workers Logs and a shell read field by field. */
export function logRequest(line: RequestLine): void {
  // oxlint-disable-next-line no-console -- This is the log.
  console.log(JSON.stringify(line));
}
