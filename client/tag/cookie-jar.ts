import Cookies from 'js-cookie';

/** @throws Where the page has no cookies, as `document.cookie` does. */
export function getCookie(name: string): string | undefined {
  return Cookies.get(name);
}

/** @param domain Empty: this host alone. */
export function setCookie(name: string, value: string, domain: string, seconds: number): void {
  const secure = location.protocol === 'https:';
  Cookies.set(name, value, { path: '/', domain, secure, sameSite: 'Lax', 'max-age': `${seconds}` });
}
