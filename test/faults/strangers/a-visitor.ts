/** A browser as the collector sees it: it stores the cookies that it gets, and sends them back. */
export class AVisitor {
  readonly #url: string;
  readonly #writeKey: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string, writeKey: string) {
    this.#url = url;
    this.#writeKey = writeKey;
  }

  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  withCookie(name: string, value: string): this {
    this.#cookies.set(name, value);
    return this;
  }

  /** Sends events as a page does, with consent by default. */
  async send(batch: readonly object[], consent: object = { advertising: true }): Promise<number> {
    const response = await fetch(`${this.#url}/v1/batch`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      body: JSON.stringify({ writeKey: this.#writeKey, batch, consent }),
    });
    await response.text();
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response.status;
  }
}
