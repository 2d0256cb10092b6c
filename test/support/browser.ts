import { existsSync } from 'node:fs';

import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

/**
 * Starts a real Chromium: `CHROMIUM_PATH`, the system's, or the one that npm brought.
 *
 * @param args More of Chromium's own, for example which names mean this machine.
 * @param env Its environment, in place of this process's: for example another language.
 */
export async function launchChromium(
  args: readonly string[] = [],
  { env = process.env }: { env?: NodeJS.ProcessEnv } = {},
): Promise<Browser> {
  return playwright.launch({
    env,
    executablePath: await chromiumPath(),
    args: [
      // The package's own list would switch web security off, and with it what the tests are about.
      '--no-sandbox',
      '--headless=shell',
      '--use-angle=swiftshader',
      '--no-zygote',
      '--disable-setuid-sandbox',
      '--disable-gpu',
      ...args,
    ],
  });
}

async function chromiumPath(): Promise<string> {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen !== undefined) return chosen;
  const system = '/usr/bin/chromium';
  return existsSync(system) ? system : chromium.executablePath();
}
