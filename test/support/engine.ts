/** A real browser, with the features that every engine can automate. */
export interface Engine {
  /** Opens a tab for a visitor without cookies. There is one visitor at a time. */
  open(url: string): Promise<Tab>;
  /**
   * Forgets the visitor: closes their tabs, deletes their cookies.
   *
   * @param keepsTab True if one tab may stay open at the empty page, for the next `open`. A new tab needs a new process,
   * which takes up to a second.
   */
  clear(at: { emptyPage: string; keepsTab: boolean }): Promise<void>;
  close(): Promise<void>;
}

export interface Tab {
  goto(url: string): Promise<void>;
  /** Evaluates an expression in the page, and awaits promises. */
  run(expression: string): Promise<unknown>;
  cookies(): Promise<Cookie[]>;
  /** False once its page has closed it. */
  isOpen(): Promise<boolean>;
  /** Closes the tab as a visitor would, so that the page gets its events. In WebKit only a loaded page gets them. */
  close(): Promise<void>;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly httpOnly: boolean;
  /** In epoch seconds. */
  readonly expiresAt: number | undefined;
}
