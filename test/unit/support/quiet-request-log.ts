/**
 * Leaves out the log lines of requests to LinkedIn, which would hide the results of the tests. Tests of these lines spy
 * on `console.log`.
 */
// oxlint-disable no-console
const log = console.log.bind(console);
console.log = (...said: unknown[]) => {
  if (!String(said[0]).includes('"where":"linkedin.request"')) log(...said);
};
