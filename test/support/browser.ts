import { existsSync } from 'node:fs';

import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Browser } from 'playwright-core';

/**
 * Starts a real Chromium: `CHROMIUM_PATH`, the system's, or the one from npm.
 *
 * @param args More Chromium arguments, for example host names that mean this machine.
 * @param env Its environment instead of this process's, for example with another language.
 */
export async function launchChromium(
  args: readonly string[] = [],
  { env = process.env }: { env?: NodeJS.ProcessEnv } = {},
): Promise<Browser> {
  return playwright.launch({
    env,
    executablePath: await chromiumPath(),
    args: [
      // The package's own list would disable web security, which the tests need.
      '--no-sandbox',
      '--headless=shell',
      '--use-angle=swiftshader',
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
