import { parseSealed, placeName } from '../../../domain/sealing/sealed-text.ts';
import type { Place } from '../../../domain/sealing/sealed-text.ts';
import type { Deliveries } from '../deliveries.ts';
import type { IdentityWaits, Introduction } from '../intake/identity-waits.ts';
import type { Ports } from '../ports.ts';
import { LOST } from './payload-keys.ts';
import type { Replaced, SealedText, SealedTexts } from './sealed-texts.ts';

/** The number of rows resealed in one turn, and of turns in one visit. Other work runs between turns. */
const ROWS_A_TURN = 200;
const TURNS_A_VISIT = 20;

/** This many turns run even when deliveries are due: two thousand rows per visit, in less than half a second. */
const TURNS_AT_LEAST = 10;

const PLACES_A_TURN = 1_000;

/** A text in a row, or of an introduction that overtook its conversion. */
type Held = {
  text: string;
  tags: readonly string[];
  /** Stores the new text. Returns whose it is when that is to be recorded. */
  put(sealed: string): Replaced;
  /** Marks it as impossible to open. */
  lose(): void;
};

/**
 * Frees the keys of erased people for deletion. First reseals other people's data under these keys. Usually there is
 * none, because a bucket of keys rarely has more than one person's data.
 */
export class Resealing {
  readonly #ports: Ports;
  readonly #deliveries: Deliveries;
  readonly #sealedTexts: SealedTexts;
  readonly #waits: IdentityWaits;
  #isBusy = false;

  constructor(parts: { ports: Ports; deliveries: Deliveries; sealedTexts: SealedTexts; waits: IdentityWaits }) {
    this.#ports = parts.ports;
    this.#deliveries = parts.deliveries;
    this.#sealedTexts = parts.sealedTexts;
    this.#waits = parts.waits;
  }

  /**
   * Does part of the work; the next visit continues.
   *
   * @param mayGoOn Returns false when deliveries are due.
   */
  async visit(mayGoOn: () => boolean): Promise<void> {
    // Usually there are no keys, or there is nothing to do.
    if (this.#isBusy || this.#ports.payloads.throwAwayAtMs() === undefined) return;
    this.#isBusy = true;
    try {
      for (let turn = 0; turn < TURNS_A_VISIT && (turn < TURNS_AT_LEAST || mayGoOn()); turn += 1)
        if (!(await this.#turn())) break;
      await this.#ports.payloads.throwAway((place) => this.#isUsed(place));
    } finally {
      this.#isBusy = false;
    }
  }

  /** Returns whether there may be more to reseal. */
  async #turn(): Promise<boolean> {
    const { payloads, database } = this.#ports;
    const places = payloads.condemned(PLACES_A_TURN);
    if (places.length === 0) return false;
    const held = [
      ...this.#sealedTexts.under(places, { atMost: ROWS_A_TURN }).map((text) => this.#inRow(text)),
      ...this.#waits
        .overtaking((sealed) => isUnder(places, sealed))
        .map((introduction) => this.#inMemory(introduction)),
    ];
    if (held.length === 0) return false;
    const opened = await payloads.open(held.map(({ text }) => text));
    const readable = held.flatMap((one, index) => {
      const text = opened[index];
      return typeof text === 'string' ? [{ ...one, plain: text }] : [];
    });
    // The deletion of a key does not wait for texts that the key cannot open.
    database.transaction(() => {
      for (const [index, one] of held.entries()) if (opened[index] === LOST) one.lose();
    });
    if (readable.length > 0) {
      const sealed = await payloads.seal(readable.map(({ plain, tags }) => ({ text: plain, tags })));
      // A text under a key that was condemned in the meantime is resealed in the next turn.
      const unusable = payloads.unusable(sealed);
      database.transaction(() => {
        const replaced = readable.flatMap((one, index) => {
          const text = sealed[index];
          return (text !== undefined && !unusable.has(index) && one.put(text)) || [];
        });
        payloads.remember(replaced);
      });
    }
    // Texts that cannot be read are left out of the next turn, because their keys are known to be unreadable by then.
    await this.#ports.sleep(0);
    return true;
  }

  #inRow(row: SealedText): Held {
    return {
      text: row.text,
      tags: row.tags,
      put: (sealed) => this.#sealedTexts.replace(row, sealed),
      lose: () => {
        this.#deliveries.states.lose([row], this.#ports.now());
        this.#waits.end([{ ...row, person: row.tags.join(' ') }]);
      },
    };
  }

  #inMemory(introduction: Introduction): Held {
    return {
      text: introduction.sealed,
      tags: introduction.person,
      put: (sealed) => {
        this.#waits.sealAnew(introduction, sealed);
        return undefined;
      },
      lose: () => this.#waits.forget(introduction.tags),
    };
  }

  #isUsed(place: Place): boolean {
    return this.#sealedTexts.isUsed(place) || this.#waits.overtaking((sealed) => isUnder([place], sealed)).length > 0;
  }
}

function isUnder(places: readonly Place[], sealed: string): boolean {
  const own = parseSealed(sealed)?.place;
  return (
    own !== undefined &&
    places.some(
      (place) => place.keyId === own.keyId && (place.bucket === undefined || placeName(place) === placeName(own)),
    )
  );
}
