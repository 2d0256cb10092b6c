import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A cookie as WebKit stored it. */
interface KeptCookie {
  readonly value: string;
  readonly httpOnly: boolean;
  readonly daysLeft: number;
}

/** WebKit with Intelligent Tracking Prevention on, like Safari, and with its cookies on disk. */
export interface ItpBrowser {
  /** Reads the current cookies, by name. */
  cookies(): Promise<Record<string, KeptCookie>>;
  close(): Promise<void>;
}

/**
 * Opens a page without automation. WebKit doesn't limit cookies in an automated session (measured with 2.50, 2026-11),
 * so the page has to act by itself.
 */
export async function openItpBrowser(miniBrowserPath: string, url: string): Promise<ItpBrowser> {
  const home = await mkdtemp(join(tmpdir(), 'directflight-itp-'));
  const file = join(home, 'cookies.txt');
  const browser = spawn(
    'xvfb-run',
    ['-a', 'dbus-run-session', '--', miniBrowserPath, '--enable-itp', `--cookies-file=${file}`, url],
    // Its own process group, which ends with it.
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

/** Parses a line of a Netscape cookie file: domain, with subdomains, path, secure, expiry, name, value. */
function keptCookie(line: string): [string, KeptCookie][] {
  const [domain = '', , , , expiry, name, value] = line.split('\t');
  if (name === undefined || value === undefined) return [];
  const daysLeft = (Number(expiry) - Date.now() / 1000) / 86_400;
  return [[name, { value, httpOnly: domain.startsWith('#HttpOnly_'), daysLeft }]];
}
