/** A real browser, as far as every engine can be driven. */
export interface Engine {
  /** A tab of a visitor who has no cookies: there is one visitor at a time. */
  open(url: string): Promise<Tab>;
  /** Forgets the visitor: closes his tabs, deletes his cookies. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface Tab {
  goto(url: string): Promise<void>;
  /** Evaluates an expression in the page; promises are waited for. */
  run(expression: string): Promise<unknown>;
  cookies(): Promise<Cookie[]>;
  /** As the visitor would: the page hears that it goes. In WebKit only a page that has loaded does. */
  close(): Promise<void>;
}

export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly httpOnly: boolean;
  /** Epoch seconds. */
  readonly expiresAt: number | undefined;
}
