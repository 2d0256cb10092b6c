import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { all, api, send } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { may } from '../app/session.ts';
import { basisChoice } from '../imports/basis-choice.ts';
import { ColumnChoice } from '../imports/column-choice.ts';
import { ColumnsCard } from '../imports/columns-card.ts';
import { deliveriesOfImport } from '../imports/deliveries-of-import.ts';
import { earlierImports, IMPORT, importReport } from '../imports/earlier-imports.ts';
import { EventRule } from '../imports/event-rule.ts';
import { FileCheck, type Checked } from '../imports/file-check.ts';
import { counts, problemsOf, samplesOf } from '../imports/preview.ts';
import { Reading } from '../imports/reading.ts';
import { texts } from '../texts.ts';
import { input, labelled, nextId } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';

const t = texts.imports;
const POLL_MS = 700;

/** The keyboard passes other options of a list on its way to one. */
const CALM_MS = 500;

/** The page Import: imports the conversions in a file, from the preview to the report. */
export async function imports(place: Place, sourceId: string): Promise<View> {
  const { signal, act, say } = place;
  const path = `/sources/${sourceId}/imports`;
  const names = h('datalist', { id: nextId('names') });
  const event = input({ maxlength: 200, list: names.id });
  const file: HTMLInputElement = input({
    type: 'file',
    class: 'unseen',
    accept: '.csv,.tsv,.txt,text/csv',
    disabled: !may('editor'),
    onchange: () => act(() => check(file.files?.[0])),
  });
  const reading: Reading = new Reading(checkNow);
  const card: ColumnsCard = new ColumnsCard(reading.element, {
    onChange: checkSoon,
    onReset() {
      card.choice = new ColumnChoice();
      checkSoon();
    },
  });
  const progress = h('p', { role: 'status', class: 'loading' });
  const results = h('div', { 'aria-live': 'polite', class: 'stack' });
  const eventMissing = h('p', { class: 'field-problem', id: nextId('event-problem') });
  event.setAttribute('aria-describedby', eventMissing.id);
  const fileLabel = h('strong', {}, t.drop);
  const rule = new EventRule(place, sourceId, {
    onMapped: () => act(() => check(chosen?.file)),
    onEvent(name) {
      event.value = name;
      event.dispatchEvent(new Event('input'));
      event.dispatchEvent(new Event('change'));
    },
  });
  /** The rule of an event that the file itself names. */
  const ownEvents = new EventRule(place, sourceId, {
    onMapped: () => act(() => check(chosen?.file)),
    onEvent: () => undefined,
  });
  const earlier = await all(IMPORT, path, signal);

  /** The file of the preview. It is checked again when an answer changes. */
  let chosen: FileCheck | undefined;
  let latest: AbortController | undefined;
  let checkedEvent = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  signal.addEventListener('abort', () => clearTimeout(timer));

  async function check(given: File | undefined): Promise<void> {
    if (given === undefined) return;
    outdate();
    const isNew = given !== chosen?.file;
    if (isNew) begin(given);
    const current = chosen;
    if (current === undefined) return;
    checkedEvent = event.value;
    const own = new AbortController();
    latest = own;
    const isLeft = AbortSignal.any([signal, own.signal]);
    const ask = async (): Promise<Checked> =>
      current.check({ event: event.value.trim(), ...reading.answers }, { chosen: card.choice.chosen, signal: isLeft });
    try {
      let answer = await ask();
      // The same file may be chosen again.
      file.value = '';
      const before =
        isNew && answer.kind !== 'unusable' ? await current.chosenBefore(answer.file_columns, isLeft) : undefined;
      if (before !== undefined) {
        card.choice = new ColumnChoice(before.chosen);
        reading.restore(before);
        answer = await ask();
      }
      // A preview of earlier answers may arrive later than the newest.
      if (latest === own) show(answer, isNew);
    } catch (error) {
      if (latest !== own) return;
      settle();
      throw error;
    }
  }

  function begin(given: File): void {
    chosen = new FileCheck(sourceId, given);
    card.clear();
    fill(results);
    fill(fileLabel, t.chosen(given.name));
  }

  /** The preview is no longer true. */
  function outdate(): void {
    clearTimeout(timer);
    latest?.abort();
    latest = undefined;
    results.inert = true;
    results.classList.add('outdated');
    fill(progress, t.checking);
  }

  function settle(): void {
    results.inert = false;
    results.classList.remove('outdated');
    fill(progress);
  }

  function checkSoon(): void {
    if (chosen === undefined) return;
    outdate();
    timer = setTimeout(() => inPart(results, () => act(() => check(chosen?.file))), CALM_MS);
  }

  function checkNow(): void {
    if (chosen !== undefined) inPart(results, () => act(() => check(chosen?.file)));
  }

  function markEvent(problem: string): void {
    if (problem === '') event.removeAttribute('aria-invalid');
    else event.setAttribute('aria-invalid', 'true');
    fill(eventMissing, problem);
  }

  function show(answer: Checked, isNew: boolean): void {
    settle();
    reading.ask(answer.kind === 'preview' ? answer.view : undefined);
    if (answer.kind === 'unusable') {
      card.clear();
      fill(
        results,
        h('div', { class: 'notice bad', role: 'alert' }, h('strong', {}, t.unusable), h('p', {}, answer.why)),
      );
      results.scrollIntoView({ block: 'center' });
      return;
    }
    card.show(answer, chosen?.isRemembered === true);
    const isEventMissing = answer.kind === 'lacking' && answer.missing.includes('event');
    markEvent(isEventMissing ? t.eventMissing : '');
    if (answer.kind === 'preview') preview(answer.view);
    else fill(results);
    if (isEventMissing && isNew) {
      event.scrollIntoView({ block: 'center' });
      event.focus({ preventScroll: true });
    } else if (isNew) card.element.scrollIntoView({ block: 'start' });
  }

  function preview(view: ImportView): void {
    const start: HTMLButtonElement = h(
      'button',
      {
        type: 'button',
        class: 'primary',
        disabled: view.sendable === 0 || view.date_order === 'ambiguous' || view.decimal === 'ambiguous',
        onclick: () =>
          act(async () => {
            if (!basis.isChosen()) return;
            const body = { lawful_basis: basis.value };
            await follow(await api(IMPORT, `${path}/${view.id}/start`, { body, signal }));
          }),
      },
      t.start,
    );
    const basis = basisChoice(start);
    fill(
      results,
      h('h2', {}, t.preview),
      view.withdrawals > 0 && h('p', { class: 'notice warn' }, t.withdrawals(view.withdrawals)),
      counts(view, t.sendable, view.sendable),
      unmapped(view) ?? (view.sendable === 0 && h('p', { class: 'notice warn' }, reasonFor(view))),
      samplesOf(view),
      problemsOf(view),
      h(
        'section',
        { class: 'card stack' },
        view.sendable > 0 && basis.element,
        view.sendable > 0 && h('p', {}, t.basisFor(view.sendable)),
        h('div', { class: 'actions' }, start, importReport(path, view)),
      ),
    );
  }

  /** Offers to map an event that the file itself names. */
  function unmapped({ problems, samples, columns }: ImportView): HTMLElement | undefined {
    const rows = problems.flatMap(({ row, code }) => (code === 'no_mapping' ? [row] : []));
    const name = samples.find(({ row }) => rows.includes(row))?.event ?? '';
    if (columns.event === undefined || name === '' || name === event.value.trim()) return undefined;
    inPart(results, async () => {
      await ownEvents.load();
      ownEvents.show(name);
    });
    return h('div', { class: 'notice warn' }, h('p', {}, t.ownEvents(name, columns.event)), ownEvents.element);
  }

  async function follow(begun: ImportView): Promise<void> {
    let view = begun;
    chosen = undefined;
    card.clear();
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
        view.accepted > 0 && deliveriesOfImport(sourceId, view),
      ),
      counts(view, t.accepted, view.accepted),
      h('div', { class: 'actions' }, importReport(path, view)),
      problemsOf(view),
    );
  }

  event.addEventListener('change', () => {
    // The name may have been entered before the file was dropped. The next click must not make a preview again.
    if (event.value !== checkedEvent) checkNow();
  });
  event.addEventListener('input', () => {
    markEvent('');
    rule.show(event.value.trim());
  });
  inPart(names, async () => {
    fill(names, ...(await rule.load()).map((value) => h('option', { value })));
  });

  file.id = nextId('file');
  const dropZone = h(
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
      dropZone,
      !may('editor') && h('p', { class: 'hint' }, texts.problems.needs('editor')),
      card.element,
      progress,
      results,
      () => earlierImports(earlier, sourceId),
    ],
    started() {
      // The import continues even if nobody watches. A person who comes back sees its progress.
      const running = earlier.find(({ state }) => state === 'running');
      return running === undefined ? undefined : act(() => follow(running));
    },
  };
}

/** Why no row can be sent. */
function reasonFor({ date_order: order, decimal, skipped }: ImportView): string {
  if (order === 'ambiguous' || decimal === 'ambiguous') return t.askedFirst;
  return (skipped['no_mapping'] ?? 0) > 0 ? t.notMapped : t.nothingToImport;
}
