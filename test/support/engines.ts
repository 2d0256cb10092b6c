import { existsSync, globSync } from 'node:fs';

import { openChromium } from './chromium-engine.ts';
import type { Engine } from './engine.ts';
import { openFirefox } from './firefox.ts';
import { openWebKit } from './webkit.ts';

export interface EngineUnderTest {
  readonly name: 'Chromium' | 'Firefox' | 'WebKit';
  /** The missing software, for a person to install. */
  readonly missing: string | undefined;
  start(): Promise<Engine>;
}

const FIREFOX_PATHS = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];
const firefoxPath = process.env['FIREFOX_PATH'] ?? FIREFOX_PATHS.find((path) => existsSync(path));
export const miniBrowserPath = globSync('/usr/lib/*/webkit2gtk-4.1/MiniBrowser')[0];

/** WebKit's requirements: a driver, a browser, a screen and a bus. */
const webKitTools = ['WebKitWebDriver', 'xvfb-run', 'dbus-run-session'].map((name) => `/usr/bin/${name}`);
const isWebKitInstalled = miniBrowserPath !== undefined && webKitTools.every((path) => existsSync(path));

const ENGINES: readonly EngineUnderTest[] = [
  { name: 'Chromium', missing: undefined, start: openChromium },
  {
    name: 'Firefox',
    missing: firefoxPath === undefined ? 'firefox-esr' : undefined,
    start: async () => openFirefox(firefoxPath ?? ''),
  },
  {
    name: 'WebKit',
    missing: isWebKitInstalled ? undefined : 'webkit2gtk-driver xvfb xauth dbus dbus-x11',
    start: async () => openWebKit(miniBrowserPath ?? ''),
  },
];

/**
 * Returns the engines to test: Chromium, and with `FULL`, as in CI and in `npm run test:engines`, every one on this
 * machine. Prints the engines that are left out. `ENGINES=Firefox,WebKit` selects some.
 */
export function enginesToTest(): EngineUnderTest[] {
  const wanted =
    process.env['ENGINES']?.split(',') ??
    (process.env['FULL'] === undefined ? ['Chromium'] : ENGINES.map(({ name }) => name));
  for (const { name, missing } of ENGINES) {
    if (!wanted.includes(name)) console.warn(`LEFT OUT: ${name}; npm run test:engines has it, and so has CI`);
    else if (missing !== undefined)
      console.warn(`LEFT OUT: ${name} is not on this machine; apt-get install ${missing}`);
  }
  return ENGINES.filter(({ name, missing }) => missing === undefined && wanted.includes(name));
}
