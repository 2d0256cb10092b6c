import { api } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { namesakeOf, type ListedSource } from '../app/told-apart.ts';
import { texts } from '../texts.ts';
import { Form, input, select } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';

const t = texts.newSource;

export function newSource(place: Place): Promise<View> {
  return Promise.resolve({ title: t.title, content: [h('div', { class: 'card' }, newSourceForm(place))] });
}

export function newSourceForm({ go, sources }: Place): HTMLElement {
  const other = select([['', t.noCopy], ...sources.map(({ id, name: of }) => [id, of] as const)], '');
  const name = input({ required: true });
  const origins = h('textarea', { rows: 3, spellcheck: 'false', class: 'mono' });
  const form = new Form({
    submit: t.button,
    role: 'owner',
    onSubmit: async () => {
      const source = await api(shapes.source, '/sources', {
        body: {
          name: name.value,
          allowed_origins: linesOf(origins.value),
          ...(other.value !== '' && { copy_from: other.value }),
        },
      });
      go(`#/sources/${source.id}`);
    },
  });
  form.add(
    form.field(t.name, name, { pointer: '/name', hint: t.nameHint }),
    namesakeWarning(name, sources),
    form.field(t.origins, origins, { pointer: '/allowed_origins', hint: t.originsHint }),
    ...(sources.length === 0 ? [] : [form.field(t.copy, other, { pointer: '/copy_from', hint: t.copyHint })]),
  );
  return form.element;
}

/** Warns, without refusing it, when another source has the name that a person enters. */
export function namesakeWarning(name: HTMLInputElement, others: readonly ListedSource[]): HTMLElement {
  const holder = h('div', { role: 'status' });
  name.addEventListener('input', () => {
    const other = namesakeOf(name.value, others);
    fill(holder, other !== undefined && h('p', { class: 'notice warn' }, t.namesake(other.givenName)));
  });
  return holder;
}

export function linesOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((line) => line !== '');
}
