/** What a consent platform says now. */
export interface Answer {
  /** False while the platform speaks for a visitor who has not chosen: by the law of their region, or by a default. */
  readonly isChosen: boolean;
  /** @param category By the platform's own name. */
  readonly isGranted: (category: string) => boolean;
}

/** A source of consent, and how it is read. */
export interface Reader {
  /** What has to be granted for advertising, in the platform's own names, unless `data-categories` says otherwise. */
  readonly advertising: readonly string[];
  /**
   * Hands over what the source says, now if it can, and after each change.
   *
   * @param settings The attributes of the script element.
   */
  readonly read: (onAnswer: (answer: Answer) => void, settings: Readonly<Partial<Record<string, string>>>) => void;
}
