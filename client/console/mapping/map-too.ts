import { markedSpaces } from '../../../worker/domain/fql/marked-spaces.ts';
import { acceptingToo, nearMisses } from '../../../worker/domain/fql/near-misses.ts';
import { shorthandTrigger } from '../../../worker/domain/fql/shorthand.ts';
import { all, api, ApiProblem, send } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { needs } from '../app/session.ts';
import { knownRules, ruleName, ruleNumber } from '../connection/rule-picker.ts';
import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { problemCard } from '../ui/element-of-state.ts';
import { fill, h } from '../ui/h.ts';
import { visibleName } from '../ui/visible-name.ts';

const t = texts.mapToo;

/**
 * A name that a mapping misses only because of its spelling. Without a mapping's ID, it is missed by an entry by event
 * name with this conversion rule.
 */
export type MissedByMapping = {
  name: string;
  mappingId: string | undefined;
  ruleId: string | undefined;
  integrationId: string;
};

/**
 * Asks whether a mapping shall accept a name too, besides the similar one that it has, and saves that.
 *
 * @returns Whether it was saved. False if the person cancelled.
 * @throws ApiProblem
 */
export async function mapToo(missed: MissedByMapping): Promise<boolean> {
  const [wanted, known] = await Promise.all([
    missed.mappingId === undefined ? entryToo(missed) : mappingToo(missed, missed.mappingId),
    knownRules(missed.integrationId),
  ]);
  const rules = wanted.rules.map((ref) => {
    const name = ruleName(known, ref);
    return name === undefined ? ruleNumber(ref) : `“${name}”`;
  });
  const isSure = await confirm({
    title: t.title(markedSpaces(missed.name)),
    text: [
      h('p', {}, t.now(markedSpaces(wanted.mapping), markedSpaces(wanted.asked))),
      h(
        'p',
        {},
        t.both,
        ' ',
        h('strong', {}, visibleName(wanted.asked)),
        ' ',
        t.and,
        ' ',
        h('strong', {}, visibleName(missed.name)),
        '.',
      ),
      rules.length > 0 && h('p', {}, t.counts(rules)),
      h('p', { class: 'hint' }, t.notEarlier),
    ],
    yes: t.yes,
  });
  if (isSure) await wanted.save();
  return isSure;
}

/**
 * Makes the button for it, which becomes a sentence when it is done.
 *
 * @param among.label Tells it apart from the buttons of other mappings beside it.
 * @param among.onMapped Gets called then, to show what has changed elsewhere.
 */
export function mapTooButton(
  missed: MissedByMapping,
  { label, onMapped }: { label: string; onMapped: () => void },
): HTMLElement {
  const holder = h('div', { class: 'map-too', role: 'status' });
  const run = async (): Promise<void> => {
    try {
      if (!(await mapToo(missed))) return;
      fill(holder, h('p', { class: 'yes' }, t.done(markedSpaces(missed.name))));
      onMapped();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      fill(holder, problemCard(error), button);
    }
  };
  const button = h('button', { type: 'button', class: 'small', ...needs('editor'), onclick: run }, label);
  fill(holder, button);
  return holder;
}

type Wanted = { mapping: string; asked: string; rules: readonly string[]; save: () => Promise<void> };

async function mappingToo({ name, integrationId }: MissedByMapping, mappingId: string): Promise<Wanted> {
  const path = `/integrations/${integrationId}/mappings`;
  const mapping = (await all(shapes.mapping, path)).find(({ id }) => id === mappingId);
  const trigger = mapping && acceptingToo(mapping.trigger, name);
  if (mapping === undefined || trigger === undefined) throw gone();
  return {
    mapping: mapping.name,
    asked: askedIn(mapping.trigger, name),
    rules: [mapping.conversion_rule_id].flat(),
    save: () => send(`${path}/${mappingId}`, { method: 'PATCH', body: { trigger } }),
  };
}

/** An entry by event name has one name, so another entry with the same rules is added. */
async function entryToo({ name, ruleId, integrationId }: MissedByMapping): Promise<Wanted> {
  const path = `/integrations/${integrationId}`;
  const { config } = await api(shapes.integration, path);
  const entries = config.conversion_rule_id ?? {};
  const asked = Object.keys(entries).find(
    (one) =>
      acceptingToo(shorthandTrigger(one), name) !== undefined &&
      (ruleId === undefined || [entries[one]].flat().some((ref) => ref?.endsWith(ruleId) === true)),
  );
  const rules = asked === undefined ? undefined : entries[asked];
  if (asked === undefined || rules === undefined) throw gone();
  return {
    mapping: asked,
    asked,
    rules: [rules].flat(),
    save: () =>
      send(path, { method: 'PATCH', body: { config: { conversion_rule_id: { ...entries, [name]: rules } } } }),
  };
}

function askedIn(trigger: string, name: string): string {
  return nearMisses(trigger, [{ name, count: 1 }])[0]?.asked ?? '';
}

function gone(): ApiProblem {
  return new ApiProblem({ status: 409, title: t.changed, detail: t.changedMore });
}
