const KEY = 'directflight.admin-token';

/** The admin token, for as long as the tab is open: it is in no cookie and on no disk. */
export const session = {
  get token(): string | undefined {
    return sessionStorage.getItem(KEY) ?? undefined;
  },
  begin(token: string): void {
    sessionStorage.setItem(KEY, token);
  },
  end(): void {
    sessionStorage.removeItem(KEY);
  },
};
