import { api, ApiProblem } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { consentReport } from '../reports/consent-report.ts';
import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { copyable, facts } from '../ui/element-of-state.ts';
import { Form, input, select } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';

const t = texts.privacy;

/** The page Privacy: erases a person, reports consent, and says what is stored and for how long. */
export function privacy(place: Place): Promise<View> {
  return Promise.resolve({
    title: t.title,
    content: [() => eraseCard(place), () => consentReport(place), () => retentionCard(place)],
  });
}

function eraseCard({ say }: Place): HTMLElement {
  const kind = select(Object.entries(t.kinds), 'email');
  const who = input({ class: 'mono' });
  const result = h('div', { class: 'stack', role: 'status' });
  const form = new Form({
    submit: t.erase,
    onSubmit: async () => {
      fill(result);
      const person = who.value.trim();
      if (person === '') throw whoProblem(kind.value, t.whoMissing);
      if (kind.value === 'email' && !/^([^\s@]+@[^\s@]+|[0-9a-f]{64})$/i.test(person))
        throw whoProblem(kind.value, t.whoNoEmail);
      const isSure = await confirm({
        title: t.eraseTitle,
        text: [h('p', {}, h('strong', {}, person)), h('p', {}, t.eraseText), h('p', { class: 'hint' }, t.eraseFinal)],
        yes: t.erase,
        isDangerous: true,
      });
      if (!isSure) return;
      const answer = await api(ERASED, '/people/erase', { body: { [kind.value]: person } });
      who.value = '';
      const said = t.erased(answer.erased, answer.sources);
      fill(
        result,
        h('div', { class: answer.erased === 0 ? 'notice' : 'notice good' }, h('strong', {}, said)),
        afterwards(answer.erased),
      );
      say(said);
    },
  });
  form.add(
    form.field(t.kind, kind, { pointer: '/kind' }),
    identifierField(form, who, () => `/${kind.value}`),
  );
  return h('section', { class: 'card' }, h('h2', {}, t.eraseCard), h('p', {}, t.eraseLead), form.element, result);
}

/** What to tell the person, and what an erasure here can't reach. */
function afterwards(erased: number): HTMLElement {
  return h(
    'div',
    { class: 'stack' },
    h('h3', {}, t.sent),
    h('p', {}, t.sentText),
    h('p', {}, t.sentAssume),
    h('h3', {}, t.tell),
    copyable(t.tell, t.tellText(erased)),
    h('h3', {}, t.notErased),
    h('ul', {}, ...t.notErasedParts.map((part) => h('li', {}, part))),
    h('p', {}, h('a', { href: t.formAddress, target: '_blank', rel: 'noreferrer' }, t.form)),
  );
}

const ERASED = shapeOf<{ erased: number; sources: number }>({ erased: 0, sources: 0 });

function whoProblem(kind: string, detail: string): ApiProblem {
  return new ApiProblem({ status: 400, title: detail, detail, errors: [{ pointer: `/${kind}`, detail }] });
}

/** The problem's pointer depends on the kind of identifier chosen. */
function identifierField(form: Form, control: HTMLInputElement, pointer: () => string): HTMLElement {
  const element = form.field(t.who, control, { pointer: '/who', hint: t.whoHint });
  const message = element.querySelector<HTMLElement>('.field-problem');
  if (message !== null) form.watch(pointer, control, message);
  return element;
}

function retentionCard({ sources }: Place): HTMLElement {
  return h(
    'section',
    { class: 'card' },
    h('h2', {}, t.retention),
    h('p', {}, t.retentionLead),
    keptFacts(t.kept.map(({ what, howLong }) => [what, howLong] as const)),
    sources.length > 0 && h('h3', {}, t.bySource),
    keptFacts(retentionOf(sources)),
  );
}

function keptFacts(rows: Parameters<typeof facts>[0]): HTMLElement {
  const element = facts(rows);
  element.classList.add('kept');
  return element;
}

/** Returns how long data is kept, with the sites for which it is the same. Most have the same settings. */
function retentionOf(sources: Place['sources']): (readonly [sites: string, howLong: string])[] {
  const names = new Map<string, string[]>();
  for (const { name, retention_days: days, dead_letter_days: deadDays } of sources) {
    const howLong = t.keptFor(days, deadDays);
    names.set(howLong, [...(names.get(howLong) ?? []), name]);
  }
  const [[only] = []] = names;
  if (names.size === 1 && only !== undefined && sources.length > 1) return [[t.allSites(sources.length), only]];
  return [...names].map(([howLong, own]) => [own.join(', '), howLong] as const);
}
