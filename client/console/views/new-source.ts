import { api } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { texts } from '../texts.ts';
import { Form, input } from '../ui/form.ts';
import { h } from '../ui/h.ts';
import type { Place, View } from '../ui/view.ts';

const t = texts.newSource;

export function newSource(place: Place): Promise<View> {
  return Promise.resolve({ title: t.title, content: [h('div', { class: 'card' }, newSourceForm(place))] });
}

export function newSourceForm({ go }: Place): HTMLElement {
  const name = input({ required: true });
  const origins = h('textarea', { rows: 3, spellcheck: 'false', class: 'mono' });
  const form = new Form({
    submit: t.button,
    role: 'owner',
    onSubmit: async () => {
      const source = await api(shapes.source, '/sources', {
        body: { name: name.value, allowed_origins: linesOf(origins.value) },
      });
      go(`#/sources/${source.id}`);
    },
  });
  form.add(
    form.field(t.name, name, { pointer: '/name', hint: t.nameHint }),
    form.field(t.origins, origins, { pointer: '/allowed_origins', hint: t.originsHint }),
  );
  return form.element;
}

export function linesOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((line) => line !== '');
}
