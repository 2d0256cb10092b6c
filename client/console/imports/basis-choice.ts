import { texts } from '../texts.ts';
import { nextId } from '../ui/form.ts';
import { h } from '../ui/h.ts';

const t = texts.imports;

/** Asks why the data may be used. Each answer has a sentence about when it is right. */
export function basisChoice(): { element: HTMLElement; readonly value: string; isChosen: () => boolean } {
  const name = nextId('basis');
  const radios = Object.entries(t.bases).map(([value, { title, when }]) => {
    const radio = h('input', { type: 'radio', name, id: nextId('basis'), value, required: true });
    const label = h(
      'label',
      { class: 'account', for: radio.id },
      radio,
      h('strong', {}, title),
      h('span', { class: 'hint' }, when),
    );
    return { radio, label };
  });
  return {
    element: h(
      'fieldset',
      { class: 'accounts' },
      h('legend', {}, t.basis),
      h('p', { class: 'hint' }, t.basisHint),
      ...radios.map(({ label }) => label),
    ),
    get value() {
      return radios.find(({ radio }) => radio.checked)?.radio.value ?? '';
    },
    // The browser itself says that one must be chosen.
    isChosen: () => radios[0]?.radio.reportValidity() === true,
  };
}
