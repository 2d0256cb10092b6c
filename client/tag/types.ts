/** The tag's methods: of `_df`, and of the object that `createTag` returns. */
export interface Tag {
  /**
   * Records an action of the visitor.
   *
   * @returns The event's ID, which LinkedIn receives as `eventId`.
   */
  track(event: string, properties?: object, options?: CallOptions): string;
  page(name?: string, properties?: object, options?: CallOptions): string;
  /** Identifies the visitor, with your own ID, with traits, or both. */
  identify(userId?: string, traits?: object, options?: CallOptions): string;
  identify(traits?: object): string;
  /**
   * Records the visitor's consent by category, for example `{ advertising: true }`, or one value for every category. A
   * category left out keeps its answer. A yes is `true`, `1`, or `'true'`, `'yes'`, `'granted'`, `'on'` or `'1'` in any case;
   * anything else is a no.
   */
  consent(said: ConsentValue | Readonly<Record<string, ConsentValue>>): void;
  /** Forgets the person here and at the collector, for example at logout. */
  reset(): void;
  /** Sends all waiting events. Resolves once they are answered, or nothing more can be done for now. */
  flush(): Promise<void>;
  /**
   * Adds the hidden fields `li_fat_id` and `_dfid` to forms, once `df-attach.js` has loaded.
   *
   * @param selector For example `form.lead`.
   */
  attach?(selector: string): void;
  /** Calls back once the tag itself has loaded, not only its stub. */
  ready(callback: (tag: Tag) => void): void;
}

/** A consent value, as platforms and pages write it. */
export type ConsentValue = boolean | string | number | null | undefined;

export interface CallOptions {
  /** Your own ID, for example of an order. Events with the same ID count as one. */
  readonly messageId?: string;
  /** When the event happened, if not now. */
  readonly timestamp?: Date | number | string;
  /** The Insight Tag's conversion rule. If the Insight Tag is on the page, it records the event too, with the same ID. */
  readonly conversionId?: number | string;
}

export interface TagOptions {
  readonly writeKey: string;
  /** The collector's address, for example `https://www.example.com/_df/`. */
  readonly endpoint: string;
  /** Default: the widest domain that the browser accepts. */
  readonly cookieDomain?: string | undefined;
  /** `auto` (the default) sends, and the collector decides on unknown consent. `required` waits. `granted` means yes. */
  readonly consent?: string | undefined;
  /** `auto` (the default) records a page event on load and on each client-side navigation. `manual` records none. */
  readonly page?: string | undefined;
}

declare global {
  interface Window {
    _df: Tag;
    /** LinkedIn's Insight Tag, or its stub until it has loaded. */
    lintrk?: (action: 'track', conversion: { conversion_id: number | string; event_id: string }) => void;
    /** The ID that the page gave the Insight Tag for its page view. */
    _linkedin_event_id?: string;
  }
  interface Navigator {
    /** Safari only: says when a page is loaded just for a thumbnail. */
    readonly loadPurpose?: string;
    /** The visitor's request to all sites not to sell or share their data. https://www.w3.org/TR/gpc/ (read 2026-11) */
    readonly globalPrivacyControl?: boolean;
  }
}
