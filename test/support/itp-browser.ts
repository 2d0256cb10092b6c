import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What WebKit has written down about a cookie. */
export interface KeptCookie {
  readonly value: string;
  readonly httpOnly: boolean;
  readonly daysLeft: number;
}

/** WebKit with Intelligent Tracking Prevention on, as Safari has it, and its cookies on disk. */
export interface ItpBrowser {
  /** The cookies as they are now, by name. */
  cookies(): Promise<Record<string, KeptCookie>>;
  close(): Promise<void>;
}

/**
 * Opens a page. Nobody drives it: WebKit does not cap cookies in an automated session (measured with 2.50, 2026-11), so
 * the page has to act by itself.
 */
export async function openItpBrowser(miniBrowserPath: string, url: string): Promise<ItpBrowser> {
  const home = await mkdtemp(join(tmpdir(), 'directflight-itp-'));
  const file = join(home, 'cookies.txt');
  const browser = spawn(
    'xvfb-run',
    ['-a', 'dbus-run-session', '--', miniBrowserPath, '--enable-itp', `--cookies-file=${file}`, url],
    // A group of its own, which ends with it.
    { stdio: 'ignore', detached: true, env: { ...process.env, HOME: home } },
  );
  const isGone = once(browser, 'exit');
  return {
    async cookies() {
      const text = await readFile(file, 'utf8').catch(() => '');
      return Object.fromEntries(text.split('\n').flatMap(keptCookie));
    },
    async close() {
      if (browser.pid !== undefined && browser.exitCode === null) process.kill(-browser.pid);
      await isGone;
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** A line of a Netscape cookie file: domain, with subdomains, path, secure, expiry, name, value. */
function keptCookie(line: string): [string, KeptCookie][] {
  const [domain = '', , , , expiry, name, value] = line.split('\t');
  if (name === undefined || value === undefined) return [];
  const daysLeft = (Number(expiry) - Date.now() / 1000) / 86_400;
  return [[name, { value, httpOnly: domain.startsWith('#HttpOnly_'), daysLeft }]];
}
