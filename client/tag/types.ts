/** What a page calls. `_df` is one, and so is what `createTag` gives. */
export interface Tag {
  /**
   * Records something that the visitor did.
   *
   * @returns The event's id: what LinkedIn gets as `eventId`.
   */
  track(event: string, properties?: object, options?: CallOptions): string;
  page(name?: string, properties?: object, options?: CallOptions): string;
  /** Says who the visitor is, with an id of yours, with traits, or with both. */
  identify(userId?: string, traits?: object, options?: CallOptions): string;
  identify(traits?: object): string;
  /**
   * Says what the visitor agreed to: by category, for example `{ advertising: true }`, where a category left out keeps its
   * answer, or with one value for every category. A yes is `true`, `1`, or in any case `true`, `yes`, `granted`, `on`, `1`;
   * anything else is a no.
   */
  consent(said: ConsentValue | Readonly<Record<string, ConsentValue>>): void;
  /** Forgets the person, here and at the collector: for a log-out. */
  reset(): void;
  /** Sends what is waiting; resolves when it was answered, or when there is nothing to be done for now. */
  flush(): Promise<void>;
  /** Calls back once the tag itself, and not its stub, is there. */
  ready(callback: (tag: Tag) => void): void;
}

/** An answer about consent, as platforms and pages write it. */
export type ConsentValue = boolean | string | number | null | undefined;

export interface CallOptions {
  /** An id of your own, for example an order's: the same id is the same event. */
  readonly messageId?: string;
  /** When it happened, if not now. */
  readonly timestamp?: Date | number | string;
  /** Tells LinkedIn's Insight Tag too, where it is on the page: this conversion rule of its own, under the same event id. */
  readonly conversionId?: number | string;
}

export interface TagOptions {
  readonly writeKey: string;
  /** The collector's address, for example `https://www.example.com/_df/`. */
  readonly endpoint: string;
  /** Default: the widest that the browser accepts. */
  readonly cookieDomain?: string | undefined;
  /** `auto` (the default) sends and leaves unknown consent to the collector; `required` waits; `granted` says yes. */
  readonly consent?: string | undefined;
  /** `auto` (the default) records a page event on load and on each client-side navigation; `manual` none. */
  readonly page?: string | undefined;
}

declare global {
  interface Window {
    _df: Tag;
    /** LinkedIn's Insight Tag, or what stands in for it until it is there. */
    lintrk?: (action: 'track', conversion: { conversion_id: number | string; event_id: string }) => void;
    /** The id that the page gave the Insight Tag's own page view. */
    _linkedin_event_id?: string;
  }
  interface Navigator {
    /** Safari's, for the little pictures of pages that nobody is looking at. */
    readonly loadPurpose?: string;
    /** The visitor's no to being sold and shared, said to all sites at once. https://www.w3.org/TR/gpc/ (read 2026-11) */
    readonly globalPrivacyControl?: boolean;
  }
}
