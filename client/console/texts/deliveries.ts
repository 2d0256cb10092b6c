import { formatCount } from '../ui/format.ts';
import { plural } from './plural.ts';

export const deliveries = {
  title: 'Deliveries',
  noIntegration: 'No integration yet',
  noIntegrationMore: 'Deliveries are made once the source is connected to LinkedIn.',
  state: 'State',
  all: 'All states',
  event: 'Event name',
  reason: 'Reason contains',
  from: 'From',
  to: 'To',
  filter: 'Filter',
  empty: 'No deliveries',
  emptyMore: 'None fits this filter.',
  received: 'Received',
  rule: 'Rule',
  what: 'What became of it',
  replay: 'Replay…',
  replayHint: 'Sends failed and held deliveries of this filter again.',
  replayTitle: 'Replay these deliveries?',
  replayNothing: 'Nothing to replay: this filter has no failed or held deliveries.',
  replayCount: (dead: number, held: number) =>
    `${plural(dead, 'failed delivery', 'failed deliveries')} and ${plural(held, 'held delivery', 'held deliveries')} are sent again.`,
  replayWorth: (value: string) => `Together they are worth ${value}.`,
  replayTooOld: (count: number) =>
    `${plural(count, 'delivery is', 'deliveries are')} older than 90 days and stay: LinkedIn would refuse them.`,
  replaySame: 'They keep their event ids, so LinkedIn counts none of them twice.',
  replayYes: (count: number) => `Replay ${formatCount(count)}`,
  causes: 'By cause',
  draining: 'Replay under way',
  drained: (gone: number, wanted: number) => `${formatCount(gone)} of ${formatCount(wanted)} have gone.`,
  drainedHeld: (gone: number, wanted: number, held: number) =>
    `${formatCount(gone)} of ${formatCount(wanted)} have gone, ${formatCount(held)} are held: see LinkedIn.`,
  replayed: (count: number) => `${plural(count, 'delivery goes', 'deliveries go')} again.`,
};
