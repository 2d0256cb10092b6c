import { fieldsIn, isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';

/**
 * Adds to a change of Pipedrive's, as `reached`, the stage that the deal is in and when it reached it. Pipedrive reports
 * every edit of a deal, also of one that was won years ago, with the time of the edit in `meta.timestamp`.
 *
 * A won or lost deal is in the stage `won` or `lost`, whatever its `stage_id` says. The times are `won_time`, `lost_time`
 * and `stage_change_time`, or `add_time` for a deal that was never moved
 * (Pipedream's example of a version 2 webhook, `updated-deal-instant/test-event.mjs` in `@pipedream/pipedrive` 0.10.3, read
 * 2026-11; Pipedrive's own reference was not read).
 */
export function withReached(item: Fields): Fields {
  const data = fieldsIn(item, 'data');
  const { status: given, stage_id: stageId, won_time: wonTime, lost_time: lostTime, close_time: closeTime } = data;
  const status = typeof given === 'string' ? given.toLowerCase() : given;
  const isEnded = status === 'won' || status === 'lost' || status === 'deleted';
  // A reopened deal has the time of a move from before it was closed.
  const isReopened = !isEnded && isSaid(fieldsIn(item, 'previous')['status']);
  const times =
    status === 'won'
      ? [wonTime, closeTime]
      : status === 'lost'
        ? [lostTime, closeTime]
        : isReopened
          ? []
          : [movedAt(data)];
  const time = times.find(isSaid) ?? fieldsIn(item, 'meta')['timestamp'];
  return { ...item, reached: { stage: isEnded ? status : stageId, time } };
}

/** A body of an older version has no time of the stage. */
function movedAt({ stage_change_time: movedTime, add_time: addedTime }: Fields): unknown {
  if (isSaid(movedTime)) return movedTime;
  return movedTime === undefined ? undefined : addedTime;
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Returns why a change of Pipedrive's is about no deal that can reach a stage. */
export function pipedriveProblem(item: Fields): 'deal_deleted' | 'not_a_deal' | undefined {
  const meta = fieldsIn(item, 'meta');
  const data = isFields(item['data']) ? item['data'] : {};
  if (
    meta['action'] === 'delete' ||
    meta['action'] === 'deleted' ||
    data['status'] === 'deleted' ||
    data['is_deleted'] === true
  )
    return 'deal_deleted';
  const { entity } = meta;
  return typeof entity !== 'string' || entity.toLowerCase() === 'deal' ? undefined : 'not_a_deal';
}
