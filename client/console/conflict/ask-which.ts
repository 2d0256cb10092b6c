import { texts } from '../texts.ts';
import { openDialog } from '../ui/dialog.ts';
import { nextId } from '../ui/form.ts';
import { formatTime } from '../ui/format.ts';
import { h } from '../ui/h.ts';
import type { Setting, Values } from './save-or-choose.ts';

const t = texts.conflict;

/** A setting whose two versions differ. */
type Row = {
  setting: Setting;
  theirs: unknown;
  mine: unknown;
  /** Only the other person has changed it. */
  isMineUnchanged: boolean;
  isTheirsUnchanged: boolean;
};

type Side = 'theirs' | 'mine';

/**
 * Shows the saved version beside the person's own, setting by setting, and asks which to save. If only one of them has
 * changed a setting, that version is chosen already.
 *
 * @returns All values to save, or undefined if the person wants to go on editing.
 */
export function askWhich({
  rows,
  wanted,
  changedAt,
}: {
  rows: readonly Row[];
  wanted: Values;
  changedAt: string | undefined;
}): Promise<Values | undefined> {
  return new Promise((resolve) => {
    const choices = rows.map((row) => choiceOf(row));
    const valuesOf = (sideOf: (choice: (typeof choices)[number]) => Side): Values => ({
      ...wanted,
      ...Object.fromEntries(choices.map((choice) => [choice.row.setting.key, choice.row[sideOf(choice)]] as const)),
    });
    const end = (values: Values | undefined) => () => {
      resolve(values);
      dialog.close();
    };
    const dialog = openDialog({
      title: t.title,
      content: [
        h('p', {}, changedAt === undefined ? t.lead : t.leadAt(formatTime(changedAt))),
        h(
          'form',
          {
            class: 'conflict',
            onsubmit: (event) => {
              event.preventDefault();
              end(valuesOf(({ side }) => side()))();
            },
          },
          ...choices.map(({ element }) => element),
          h(
            'div',
            { class: 'actions' },
            h('button', { type: 'submit', class: 'primary' }, t.save),
            h('button', { type: 'button', onclick: end(valuesOf(() => 'mine')) }, t.allMine),
            h('button', { type: 'button', onclick: end(valuesOf(() => 'theirs')) }, t.allTheirs),
            h('button', { type: 'button', class: 'quiet', onclick: end(undefined) }, t.edit),
          ),
        ),
      ],
      onClose: () => resolve(undefined),
    });
  });
}

function choiceOf(row: Row): { row: Row; element: HTMLElement; side: () => Side } {
  const { setting, isMineUnchanged, isTheirsUnchanged } = row;
  const group = nextId('choice');
  const radio = (side: Side): { box: HTMLInputElement; element: HTMLElement } => {
    const box = h('input', { type: 'radio', name: group, id: nextId('side') });
    box.checked = (side === 'theirs') === isMineUnchanged;
    const shown = setting.show(row[side]);
    return {
      box,
      element: h(
        'label',
        { class: 'side', for: box.id },
        box,
        h('span', { class: 'hint' }, t.sides[side]),
        ' ',
        h('span', { class: 'side-value' }, shown === '' ? t.empty : shown),
      ),
    };
  };
  const theirs = radio('theirs');
  const mine = radio('mine');
  return {
    row,
    side: () => (theirs.box.checked ? 'theirs' : 'mine'),
    element: h(
      'fieldset',
      {},
      h('legend', {}, setting.label),
      h('p', { class: 'hint' }, isMineUnchanged ? t.onlyTheirs : isTheirsUnchanged ? t.onlyMine : t.both),
      h('div', { class: 'pair' }, theirs.element, mine.element),
    ),
  };
}
