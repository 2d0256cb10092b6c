/**
 * Gives the page a language that `Intl` takes.
 *
 * Chromium under `LANG=C.UTF-8` calls its language `en-US@posix`, and libraries that hand that to `Intl` throw
 * `Invalid language tag` while they load. Imported first, so that none has read it yet.
 */
function isUsable(): boolean {
  try {
    return new Intl.NumberFormat(navigator.language).format(1) !== '';
  } catch {
    return false;
  }
}

if (!isUsable()) {
  Object.defineProperty(navigator, 'language', { value: 'en', configurable: true });
  Object.defineProperty(navigator, 'languages', { value: ['en'], configurable: true });
}
