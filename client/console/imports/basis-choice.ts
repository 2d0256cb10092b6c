import { texts } from '../texts.ts';
import { nextId } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';

const t = texts.imports;

/** The answer of a person who can't answer yet. */
const UNKNOWN = 'unknown';

/**
 * Asks why the data may be used. Each answer has a sentence about when it is right. A person who doesn't know it yet is
 * told who knows it.
 *
 * @param start The button that needs an answer. It is disabled while the answer isn't known.
 */
export function basisChoice(start: HTMLButtonElement): {
  element: HTMLElement;
  readonly value: string;
  /** Says beside the answers that one is missing, if so, and puts the focus there. */
  isChosen: () => boolean;
} {
  const name = nextId('basis');
  const problem = h('p', { class: 'field-problem', role: 'alert', id: nextId('basis-problem') });
  const told = h('p', { class: 'notice', role: 'status', hidden: true });
  const wasDisabled = start.disabled;
  const radios = Object.entries({ ...t.bases, [UNKNOWN]: t.basisUnknown }).map(([value, { title, when }]) => {
    const radio = h('input', {
      type: 'radio',
      name,
      id: nextId('basis'),
      value,
      onchange() {
        fill(problem);
        const isUnknown = value === UNKNOWN;
        start.disabled = wasDisabled || isUnknown;
        told.hidden = !isUnknown;
        fill(told, isUnknown && t.basisAsk);
      },
    });
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
      { class: 'accounts', 'aria-describedby': problem.id },
      h('legend', {}, t.basis),
      h('p', { class: 'hint' }, t.basisHint),
      ...radios.map(({ label }) => label),
      problem,
      told,
    ),
    get value() {
      return radios.find(({ radio }) => radio.checked)?.radio.value ?? '';
    },
    isChosen: () => {
      const isChosen = radios.some(({ radio }) => radio.checked);
      fill(problem, !isChosen && t.basisMissing);
      if (!isChosen) radios[0]?.radio.focus();
      return isChosen;
    },
  };
}
