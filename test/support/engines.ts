import { existsSync, globSync } from 'node:fs';

import { openChromium } from './chromium-engine.ts';
import type { Engine } from './engine.ts';
import { openFirefox } from './firefox.ts';
import { openWebKit } from './webkit.ts';

export interface EngineUnderTest {
  readonly name: 'Chromium' | 'Firefox' | 'WebKit';
  /** What is missing, for a person to install. */
  readonly missing: string | undefined;
  start(): Promise<Engine>;
}

const FIREFOX_PATHS = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];
const firefoxPath = process.env['FIREFOX_PATH'] ?? FIREFOX_PATHS.find((path) => existsSync(path));
export const miniBrowserPath = globSync('/usr/lib/*/webkit2gtk-4.1/MiniBrowser')[0];

/** What WebKit needs here: a driver, a browser, a screen and a bus. */
const webKitTools = ['WebKitWebDriver', 'xvfb-run', 'dbus-run-session'].map((name) => `/usr/bin/${name}`);
export const isWebKitInstalled = miniBrowserPath !== undefined && webKitTools.every((path) => existsSync(path));

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

/** Gives the engines that this machine has, and says aloud which it has not. */
export function installedEngines(): EngineUnderTest[] {
  for (const { name, missing } of ENGINES) {
    if (missing !== undefined) console.warn(`LEFT OUT: ${name} is not on this machine; apt-get install ${missing}`);
  }
  const wanted = process.env['ENGINES']?.split(',');
  return ENGINES.filter(({ name, missing }) => missing === undefined && (wanted?.includes(name) ?? true));
}

/**
 * Gives the engines of a suite that takes minutes in all of them: with `EVERY_ENGINE` those of this machine, as CI and
 * `npm run test:engines` have it, else Chromium alone, and says so.
 */
export function enginesOfALongSuite(): EngineUnderTest[] {
  const installed = installedEngines();
  if (process.env['EVERY_ENGINE'] !== undefined) return installed;
  const [chromium, ...others] = installed;
  if (others.length > 0) {
    const names = others.map(({ name }) => name).join(' and ');
    console.warn(`LEFT OUT: this suite in ${names}; npm run test:engines has it, and so has CI`);
  }
  return chromium === undefined ? [] : [chromium];
}
