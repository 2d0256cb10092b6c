/** The current answer of a consent platform. */
export interface ConsentState {
  /** False while the visitor has not chosen, and the platform uses a default or the law of their region. */
  readonly isChosen: boolean;
  /** @param category The platform's own name for it. */
  readonly isGranted: (category: string) => boolean;
}

/** A reader for one kind of consent platform. */
export interface ConsentReader {
  /** The platform's categories that advertising needs, unless `data-categories` sets others. */
  readonly advertising: readonly string[];
  /**
   * Reports the platform's answer, immediately if possible, and after each change.
   *
   * @param settings The attributes of the script element.
   */
  readonly read: (onState: (answer: ConsentState) => void, settings: Readonly<Partial<Record<string, string>>>) => void;
}
