/**
 * Sets a language that `Intl` accepts.
 *
 * Chromium under `LANG=C.UTF-8` reports the language `en-US@posix`. Libraries that pass it to `Intl` fail to load with
 * `Invalid language tag`. This file is imported first, before any of them reads the language.
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
