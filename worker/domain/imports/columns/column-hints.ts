import type { ColumnPlaces } from '../../../schema/imports/import-field.ts';
import type { Aside, ColumnName } from './column-name.ts';
import type { OutcomeColumn } from './outcome-columns.ts';

/** What the names of columns say about their cells. */
export type ColumnHints = {
  /** Columns that, as `opt_out`, say who may be contacted or has agreed, so a no refuses and a yes says nothing. */
  permissions?: readonly number[];
  /** Columns with statuses. One may say that the person opted out. */
  statuses?: readonly number[];
  /** Columns that say what became of a deal. */
  outcomes?: readonly OutcomeColumn[];
  /** The time is the day on which a deal is, or is expected to be, closed. */
  isClosing?: boolean;
  /** The currency of the amounts. */
  currency?: string;
  /** A sign that several currencies have, such as `$`. */
  currencySign?: string;
  isInCents?: boolean;
  /** The time zone of the times, as it may stand after a time. */
  timeZone?: string;
  /** The name has a time zone that isn't known, such as `IST`. */
  isZoneUnknown?: boolean;
  /** Whether each cell is a lead form response of LinkedIn's, whatever it looks like. */
  isLeadIdSure?: boolean;
};

/** Returns what the names of the chosen columns say about the amounts and the times. */
export function hintsOf(names: readonly ColumnName[], { value, time }: ColumnPlaces): ColumnHints {
  const ofValue = asidesOf(names, value);
  const ofTime = asidesOf(names, time);
  const currencies = ofValue.flatMap((aside) =>
    (aside.kind === 'currency' || aside.kind === 'cents') && aside.code !== undefined ? [aside.code] : [],
  );
  const [currency] = currencies;
  const unclear = ofValue.find((aside) => aside.kind === 'currency_unclear');
  const zone = ofTime.find((aside) => aside.kind === 'zone');
  return {
    ...(currency !== undefined && { currency }),
    ...(unclear !== undefined && { currencySign: unclear.sign }),
    isInCents: ofValue.some(({ kind }) => kind === 'cents'),
    ...(zone !== undefined && { timeZone: zone.zone }),
    isZoneUnknown: zone === undefined && ofTime.some(({ kind }) => kind === 'zone_unknown'),
  };
}

function asidesOf(names: readonly ColumnName[], place: number | undefined): readonly Aside[] {
  return place === undefined ? [] : (names[place]?.asides ?? []);
}
