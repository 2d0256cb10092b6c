import Cookies from 'js-cookie';

/** @throws If the page may not use cookies, as `document.cookie` does. */
export function getCookie(name: string): string | undefined {
  return Cookies.get(name);
}

/** @param domain Empty for this host only. */
export function setCookie(name: string, value: string, domain: string, seconds: number): void {
  const secure = location.protocol === 'https:';
  Cookies.set(name, value, { path: '/', domain, secure, sameSite: 'Lax', 'max-age': `${seconds}` });
}
