import { spawn } from 'node:child_process';
import { once } from 'node:events';

import * as v from 'valibot';

import type { Engine } from './engine.ts';
import { freePort } from './free-port.ts';

const Session = v.object({ sessionId: v.string() });
const Window = v.object({ handle: v.string() });
const Outcome = v.object({ value: v.optional(v.unknown()), error: v.optional(v.string()) });
const Cookies = v.array(
  v.object({ name: v.string(), value: v.string(), httpOnly: v.boolean(), expiry: v.optional(v.number()) }),
);

/** Drives WebKitGTK's MiniBrowser over W3C WebDriver, on a virtual screen. */
export async function openWebKit(miniBrowserPath: string): Promise<Engine> {
  const port = await freePort();
  const driver = spawn('xvfb-run', ['-a', 'dbus-run-session', '--', 'WebKitWebDriver', `--port=${port}`], {
    stdio: 'ignore',
    // Its own process group, which ends with it.
    detached: true,
  });
  const isGone = once(driver, 'exit');

  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
    });
    const { value }: { value: unknown } = JSON.parse(await response.text());
    if (!response.ok) throw new Error(`WebKitWebDriver ${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };

  const { sessionId } = v.parse(
    Session,
    await whenUp(async () =>
      ask('POST', '/session', {
        capabilities: {
          alwaysMatch: {
            acceptInsecureCerts: true,
            'webkitgtk:browserOptions': { binary: miniBrowserPath, args: ['--automation'] },
          },
        },
      }),
    ),
  );
  const inSession = async (method: string, path: string, body?: object) =>
    ask(method, `/session/${sessionId}${path}`, body);
  await inSession('POST', '/timeouts', { script: 30_000, pageLoad: 30_000 });
  // The session ends with its last window, so this one stays open.
  const home = v.parse(v.string(), await inSession('GET', '/window'));
  const handles = new Set<string>();
  let kept: string | undefined;

  const openTabs = async () => v.parse(v.array(v.string()), await inSession('GET', '/window/handles'));

  const newTab = async (): Promise<string> => {
    // A closed window can't open another one.
    await inSession('POST', '/window', { handle: home });
    return v.parse(Window, await inSession('POST', '/window/new', { type: 'tab' })).handle;
  };

  return {
    async open(url) {
      const handle = kept ?? (await newTab());
      kept = undefined;
      handles.add(handle);
      const within = async (method: string, path: string, body?: object) => {
        await inSession('POST', '/window', { handle });
        return inSession(method, path, body);
      };
      await within('POST', '/url', { url });
      return {
        async goto(next) {
          await within('POST', '/url', { url: next });
        },
        async run(expression) {
          const { value, error } = v.parse(
            Outcome,
            await within('POST', '/execute/async', {
              script: `const done = arguments[0];
                Promise.resolve()
                  .then(() => (${expression}))
                  .then((value) => done({ value }), (error) => done({ error: String(error) }));`,
              args: [],
            }),
          );
          if (error !== undefined) throw new Error(error);
          return value;
        },
        async cookies() {
          return v
            .parse(Cookies, await within('GET', '/cookie'))
            .map(({ expiry, ...cookie }) => ({ ...cookie, expiresAt: expiry }));
        },
        isOpen: async () => (await openTabs()).includes(handle),
        async close() {
          handles.delete(handle);
          await within('DELETE', '/window');
        },
      };
    },
    async clear({ emptyPage, keepsTab }) {
      // A page may have closed its own tab.
      const [first, ...others] = (await openTabs()).filter((handle) => handles.has(handle));
      kept = keepsTab ? first : undefined;
      for (const handle of first === undefined || kept !== undefined ? others : [first, ...others]) {
        await inSession('POST', '/window', { handle });
        await inSession('DELETE', '/window');
      }
      handles.clear();
      if (kept !== undefined) handles.add(kept);
      // Cookies are deleted for the open page.
      await inSession('POST', '/window', { handle: kept ?? home });
      await inSession('POST', '/url', { url: emptyPage });
      await inSession('DELETE', '/cookie');
    },
    async close() {
      await inSession('DELETE', '').catch(() => undefined);
      if (driver.pid !== undefined && driver.exitCode === null) process.kill(-driver.pid);
      await isGone;
    },
  };
}

async function whenUp<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  for (let patience = 150; ; patience--) {
    try {
      return await act();
    } catch (error) {
      // Not listening yet: `fetch` throws a TypeError.
      if (patience === 0 || !(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
