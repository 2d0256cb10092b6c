import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { all, api, ApiProblem, send } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { may } from '../app/session.ts';
import { basisChoice } from '../imports/basis-choice.ts';
import { deliveriesSince } from '../imports/deliveries-since.ts';
import { earlierImports, IMPORT, importReport } from '../imports/earlier-imports.ts';
import { EventRule } from '../imports/event-rule.ts';
import { fileProblem } from '../imports/file-problem.ts';
import { texts } from '../texts.ts';
import { input, nextId, select } from '../ui/form.ts';
import { formatCount, formatMoney, formatTime } from '../ui/format.ts';
import { fill, h, type Child } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';

const t = texts.imports;
const POLL_MS = 700;

/** The page Import: imports the conversions in a file, from the preview to the report. */
export async function imports(place: Place, sourceId: string): Promise<View> {
  const { signal, act, say } = place;
  const path = `/sources/${sourceId}/imports`;
  const names = h('datalist', { id: nextId('names') });
  const event = input({ maxlength: 200, list: names.id });
  const order = select(Object.entries(t.orders), '');
  const decimal = select(Object.entries(t.decimals), '');
  const currency = input({ maxlength: 3, size: 4 });
  const file: HTMLInputElement = input({
    type: 'file',
    class: 'unseen',
    accept: '.csv,.tsv,.txt,text/csv',
    disabled: !may('editor'),
    onchange: () => act(() => check(file.files?.[0])),
  });
  const results = h('div', { 'aria-live': 'polite', class: 'stack' });
  const eventMissing = h('p', { class: 'field-problem', id: nextId('event-problem') });
  event.setAttribute('aria-describedby', eventMissing.id);
  const fileLabel = h('strong', {}, t.drop);
  const rule = new EventRule(place, sourceId, {
    onMapped: () => act(() => check(chosen)),
    onEvent(name) {
      event.value = name;
      event.dispatchEvent(new Event('input'));
      event.dispatchEvent(new Event('change'));
    },
  });
  const earlier = await all(IMPORT, path, signal);

  /** The file of the preview. It is checked again when an answer above it changes. */
  let chosen: File | undefined;
  let latest: URLSearchParams | undefined;

  const check = async (given: File | undefined): Promise<void> => {
    if (given === undefined) return;
    const isNew = chosen !== given || results.childElementCount === 0;
    chosen = given;
    fill(fileLabel, t.chosen(given.name));
    markEvent('');
    fill(results, h('p', { class: 'loading' }, t.checking));
    const query = new URLSearchParams({ preview: 'true', name: given.name.replaceAll(/\p{Cc}/gu, ' ').slice(0, 200) });
    for (const [name, control] of [
      ['event', event],
      ['date_order', order],
      ['decimal', decimal],
      ['default_currency', currency],
    ] as const)
      if (control.value.trim() !== '') query.set(name, control.value.trim());
    latest = query;
    await act(async () => {
      try {
        const view = await api(IMPORT, `${path}?${query.toString()}`, { file: given, signal });
        // A preview of earlier answers may arrive later than the newest.
        if (latest !== query) return;
        show(view);
        if (isNew) results.scrollIntoView({ block: 'start' });
      } catch (error) {
        if (latest !== query) return;
        fill(results);
        const problem = error instanceof ApiProblem ? fileProblem(error, event.value.trim()) : undefined;
        if (problem === undefined) throw error;
        if (problem.isEventMissing) markEvent(t.eventMissing);
        if (problem.text !== undefined)
          fill(
            results,
            h('div', { class: 'notice bad', role: 'alert' }, h('strong', {}, t.unusable), h('p', {}, problem.text)),
          );
        (problem.isEventMissing ? event : results).scrollIntoView({ block: 'center' });
        if (problem.isEventMissing) event.focus({ preventScroll: true });
      }
    });
    // The same file may be chosen again.
    file.value = '';
  };

  const markEvent = (problem: string): void => {
    if (problem === '') event.removeAttribute('aria-invalid');
    else event.setAttribute('aria-invalid', 'true');
    fill(eventMissing, problem);
  };

  const show = (view: ImportView): void => {
    const basis = basisChoice();
    const start = h(
      'button',
      {
        type: 'button',
        class: 'primary',
        disabled: view.sendable === 0 || view.date_order === 'ambiguous' || view.decimal === 'ambiguous',
        onclick: () =>
          act(async () => {
            // The browser itself says that one must be chosen.
            if (!basis.isChosen()) return;
            const body = { lawful_basis: basis.value };
            [chosen, latest] = [undefined, undefined];
            await follow(await api(IMPORT, `${path}/${view.id}/start`, { body, signal }));
          }),
      },
      t.start,
    );
    fill(
      results,
      h('h2', {}, t.preview),
      view.date_order === 'ambiguous' && h('p', { class: 'notice warn' }, t.ambiguous),
      view.decimal === 'ambiguous' && h('p', { class: 'notice warn' }, t.ambiguousAmounts),
      view.withdrawals > 0 && h('p', { class: 'notice warn' }, t.withdrawals(view.withdrawals)),
      counts(view, t.sendable, view.sendable),
      view.sendable === 0 &&
        h('p', { class: 'notice warn' }, (view.skipped['no_mapping'] ?? 0) > 0 ? t.notMapped : t.nothingToImport),
      table(t.samples, [t.row, t.outcome, t.event, t.time, t.value, t.identifiers], view.samples.map(sample)),
      h(
        'section',
        { class: 'card stack' },
        view.sendable > 0 && basis.element,
        view.sendable > 0 && h('p', {}, t.basisFor(view.sendable)),
        h('div', { class: 'actions' }, start, reportLink(view)),
      ),
      table(
        t.columns,
        [t.column, t.value],
        [
          ...Object.entries(view.columns).map(([field, name]) => [name, field]),
          ...view.ignored_columns.map(({ column, field, is_used: isUsed }) => [
            column,
            t.ignored(field, isUsed, view.columns[field] !== undefined),
          ]),
        ],
      ),
      problemsOf(view),
    );
  };

  const follow = async (begun: ImportView): Promise<void> => {
    let view = begun;
    while (view.state === 'running' && !signal.aborted) {
      const { id } = view;
      fill(
        results,
        h('p', {}, t.running(view.checked, view.rows)),
        h('progress', { max: view.rows, value: view.checked, 'aria-label': t.running(view.checked, view.rows) }),
        h(
          'div',
          { class: 'actions' },
          h(
            'button',
            {
              type: 'button',
              onclick: () => act(async () => send(`${path}/${id}`, { method: 'DELETE' })),
            },
            t.cancel,
          ),
        ),
      );
      await new Promise((resolve) => {
        setTimeout(resolve, POLL_MS);
      });
      view = await api(IMPORT, `${path}/${id}`, { signal });
    }
    if (signal.aborted) return;
    const ending = view.state === 'cancelled' ? t.cancelled : t.done(view.accepted);
    say(ending);
    fill(
      results,
      h(
        'div',
        { class: 'notice good' },
        h('strong', {}, ending),
        view.accepted > 0 && deliveriesSince(sourceId, { event: event.value.trim(), begun: view.created_at }),
      ),
      counts(view, t.accepted, view.accepted),
      h('div', { class: 'actions' }, reportLink(view)),
      problemsOf(view),
    );
  };

  const reportLink = (view: ImportView): Child => importReport(path, view);

  for (const control of [event, order, decimal, currency])
    control.addEventListener('change', () => {
      inPart(results, () => act(() => check(chosen)));
    });
  event.addEventListener('input', () => {
    markEvent('');
    rule.show(event.value.trim());
  });
  inPart(names, async () => {
    fill(names, ...(await rule.load()).map((value) => h('option', { value })));
  });

  file.id = nextId('file');
  const zone = h(
    'div',
    {
      class: 'drop-zone',
      ondragover: (dragged) => dragged.preventDefault(),
      ondrop: (dropped) => {
        dropped.preventDefault();
        return dropped instanceof DragEvent && may('editor') ? check(dropped.dataTransfer?.files[0]) : undefined;
      },
    },
    file,
    h('label', { for: file.id }, fileLabel),
  );
  return {
    title: t.title,
    content: [
      h('p', { class: 'hint' }, t.lead),
      labelled(texts.rule.label, rule.choice, t.ruleHint),
      h('div', { class: 'stack' }, labelled(t.event, event, t.eventHint, eventMissing), rule.element),
      names,
      labelled(t.order, order),
      labelled(t.decimal, decimal),
      labelled(t.currency, currency, t.currencyHint),
      zone,
      !may('editor') && h('p', { class: 'hint' }, texts.problems.needs('editor')),
      results,
      () => earlierImports(earlier, path),
    ],
    started() {
      // The import continues even if nobody watches. A person who comes back sees its progress.
      const running = earlier.find(({ state }) => state === 'running');
      return running === undefined ? undefined : act(() => follow(running));
    },
  };
}

function labelled(
  label: string,
  control: HTMLInputElement | HTMLSelectElement,
  hint?: string,
  problem?: HTMLElement,
): HTMLElement {
  control.id = nextId('field');
  return h(
    'div',
    { class: 'field' },
    h('label', { for: control.id }, label),
    control,
    hint !== undefined && h('p', { class: 'hint' }, hint),
    problem,
  );
}

function counts(view: ImportView, label: string, count: number): HTMLElement {
  const rows: [string, Child][] = [
    [t.rows, formatCount(view.rows)],
    [label, formatCount(count)],
    [t.duplicates, formatCount(view.duplicates)],
    ...Object.entries(view.skipped).map(([reason, skips]): [string, Child] => [
      t.skipped(texts.skipReason(reason)),
      formatCount(skips),
    ]),
    [t.refused, formatCount(view.refused)],
    ...(view.erased > 0 ? [[t.outcomes.erased, formatCount(view.erased)] satisfies [string, Child]] : []),
    ...(view.cancelled > 0 ? [[t.outcomes.cancelled, formatCount(view.cancelled)] satisfies [string, Child]] : []),
    [t.value, formatMoney(view.value) || texts.never],
  ];
  return h('dl', { class: 'facts' }, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

function sample({ row, outcome, event, time, value, identifiers }: ImportView['samples'][number]): Child[] {
  const money = value === null ? texts.never : formatMoney({ [value.currency]: value.amount });
  const at = time === null ? texts.never : formatTime(time);
  return [row, t.outcomes[outcome], event ?? texts.never, at, money, identifiers.join(', ')];
}

function problemsOf({ problems }: ImportView): Child {
  const rows = problems.map(({ row, column, detail }): Child[] => [row, column ?? texts.never, detail]);
  return rows.length > 0 && table(t.problems, [t.row, t.column, t.problem], rows);
}

function table(title: string, names: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  return h(
    'section',
    {},
    h('h3', {}, title),
    h(
      'div',
      { class: 'table-holder', tabindex: 0, role: 'region', 'aria-label': title },
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...names.map((name) => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, ...rows.map((cells) => h('tr', {}, ...cells.map((cell) => h('td', {}, cell))))),
      ),
    ),
  );
}
