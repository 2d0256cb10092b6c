import type { ReplayProgress } from '../../../worker/schema/reports/replay.ts';
import { formatCount } from '../ui/format.ts';
import { plural } from './plural.ts';

type Progress = Omit<ReplayProgress, 'id'>;

export const deliveries = {
  title: 'Deliveries',
  ofOneImport: 'Only the deliveries of one import.',
  ofImport: (file: string, begun: string) => `Only the deliveries of the import “${file}”, begun ${begun}.`,
  noIntegration: 'Not connected yet',
  noIntegrationMore: 'Deliveries start once the site is connected to LinkedIn.',
  state: 'State',
  all: 'All states',
  event: 'Event name',
  exactly: 'Whole name',
  skippedBefore: 'No delivery matches this filter. Most events are skipped earlier, before they become a delivery.',
  skippedEvents: 'See skipped events',
  allRules: 'All rules',
  reason: 'Reason contains',
  from: 'From',
  to: 'To',
  filter: 'Filter',
  empty: 'No deliveries',
  emptyMore: 'No delivery matches this filter.',
  emptyYet: 'No deliveries yet',
  emptyYetMore: 'A delivery appears here when an event matches a mapping.',
  showAll: 'Show all deliveries',
  /** After a replay. @param state The state that the filter asks for. */
  noneLeft: (state: string) => `No ${state.toLowerCase()} deliveries are left in this list`,
  replayedAre: {
    listed: 'Those that you replayed are above, with their new states.',
    others: 'Those that you replayed have other states now.',
  },
  replayedNow: 'Replayed now',
  received: 'Received',
  rule: 'Rule',
  what: 'Outcome',
  replayOne: 'Replay this delivery…',
  /** For the deliveries of one cause, beside the button for all of them. */
  replayOfCause: (count: number) =>
    count === 1 ? 'Replay only this one…' : `Replay only these ${formatCount(count)}…`,
  /** Zero counts are left out. Without counts, it is for those that a filter chooses. */
  replayAll: (counts: { dead: number; held: number } | undefined) => {
    if (counts === undefined) return 'Replay all failed and held in this list…';
    const { dead, held } = counts;
    const parts = [
      ...(dead > 0 ? [`${formatCount(dead)} failed`] : []),
      ...(held > 0 ? [`${formatCount(held)} held`] : []),
    ];
    return `Replay ${dead + held > 1 ? 'all ' : ''}${parts.join(' and ')}…`;
  },
  bareRefusal: (status: string) =>
    `LinkedIn refused it without saying why (“${status}”). A replay sends the same data again, so it helps only if the cause was at LinkedIn. Open one to see its value, currency and time. If one of these is wrong, correct your site or the mapping for new events.`,
  replayTitle: 'Replay these deliveries?',
  replayNothing: 'Nothing to replay: this filter has no failed or held deliveries.',
  replayCount: (dead: number, held: number) =>
    `${[
      ...(dead > 0 ? [plural(dead, 'failed delivery', 'failed deliveries')] : []),
      ...(held > 0 ? [plural(held, 'held delivery', 'held deliveries')] : []),
    ].join(' and ')} will be sent again.`,
  replayWorth: (value: string) => `Together they are worth ${value}.`,
  replayTooOld: (count: number) =>
    `${plural(count, 'delivery is', 'deliveries are')} older than 90 days and won’t be sent: LinkedIn would refuse them.`,
  replayStillHeld:
    'Until this is fixed, replayed deliveries are only held again. Once it is fixed, held conversions are sent automatically, without a replay.',
  toConnection: 'Go to the connection',
  replaySame: 'They keep their event IDs, so LinkedIn counts none of them twice.',
  replayYes: (count: number) => `Replay ${formatCount(count)}`,
  causes: 'By cause',
  draining: 'Replay in progress',
  drained: 'Replay finished',
  progress: ({ total, pending, held, delivered, dead, expired, erased, skipped }: Progress): string => {
    const parts = [
      `${formatCount(delivered)} of ${formatCount(total)} delivered`,
      ...(pending > 0 ? [`${formatCount(pending)} on their way`] : []),
      ...(held > 0 ? [`${formatCount(held)} held: the page “LinkedIn” shows why`] : []),
      ...(dead > 0 ? [`${formatCount(dead)} refused again`] : []),
      ...(expired + erased + skipped > 0 ? [`${formatCount(expired + erased + skipped)} not sent`] : []),
    ];
    return `${parts.join(', ')}.`;
  },
  replayed: (count: number) => `Sending ${plural(count, 'delivery', 'deliveries')} again.`,
};
