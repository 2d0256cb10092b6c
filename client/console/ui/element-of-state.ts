import type { LintFinding } from '../../../worker/schema/events/lint.ts';
import type { DeliveryState } from '../../../worker/schema/events/outcome.ts';
import { ApiProblem } from '../app/api.ts';
import { needs } from '../app/session.ts';
import { texts } from '../texts.ts';
import { brokenPart, fill, h, type Child } from './h.ts';

/** Makes a badge with a state in words. The colour only adds to it. */
export function stateBadge(state: DeliveryState): HTMLElement {
  return h('span', { class: `badge ${state}` }, texts.states[state]);
}

export function emptyState(title: string, text: string, ...more: Child[]): HTMLElement {
  return h('div', { class: 'empty' }, h('p', { class: 'empty-title' }, title), h('p', {}, text), ...more);
}

export function problemCard(error: unknown, retry?: () => void | Promise<void>): HTMLElement {
  if (!(error instanceof ApiProblem)) {
    console.error(error);
    return brokenPart();
  }
  const isRefused = error.status === 403;
  return h(
    'div',
    { class: 'notice bad', role: 'alert' },
    h('strong', {}, isRefused ? texts.problems.noPermission : error.title),
    h('p', {}, error.message),
    // Trying again does not change the person's role.
    retry !== undefined && !isRefused && h('button', { type: 'button', onclick: retry }, texts.retry),
  );
}

export function facts(rows: readonly (readonly [name: string, value: Child])[]): HTMLElement {
  return h('dl', { class: 'facts' }, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
}

/** Lists what the linter found in an event's values, each with its remedy. */
export function lintList(findings: readonly LintFinding[]): HTMLElement {
  return h(
    'ul',
    { class: 'lint' },
    ...findings.map(({ field, action, sentence, remedy }) =>
      h(
        'li',
        {},
        h('span', { class: 'badge' }, texts.lint.actions[action]),
        ' ',
        h('code', {}, field),
        ' ',
        sentence,
        ' ',
        h('span', { class: 'hint' }, remedy),
      ),
    ),
  );
}

/** Makes a switch that says its state in words: a box without a tick beside “Enabled” would read as enabled. */
export function toggle(label: string, isOn: boolean, onChange: (isOn: boolean) => Promise<void>): HTMLElement {
  const box: HTMLInputElement = h('input', {
    type: 'checkbox',
    role: 'switch',
    'aria-label': label,
    ...needs('editor'),
    onchange: async () => {
      await onChange(box.checked);
      draw();
    },
  });
  const words = h('span', {});
  const draw = (): void => fill(words, box.checked ? texts.rules.working : texts.rules.notWorking);
  box.checked = isOn;
  draw();
  return h('label', { class: 'toggle' }, box, ' ', words);
}

/** Makes a text with a copy button. */
export function copyable(label: string, text: string): HTMLElement {
  const code = h('code', {}, text);
  const button: HTMLButtonElement = h(
    'button',
    {
      type: 'button',
      class: 'small',
      'aria-label': `${texts.copy}: ${label}`,
      onclick: async () => {
        try {
          await navigator.clipboard.writeText(text);
          button.textContent = texts.copied;
        } catch {
          // On plain http browsers have no clipboard, and elsewhere they may refuse it. Then the text is selected to copy by hand.
          getSelection()?.selectAllChildren(code);
          button.textContent = texts.copyByHand;
        }
      },
    },
    texts.copy,
  );
  return h('div', { class: 'copyable' }, h('pre', { tabindex: 0, role: 'region', 'aria-label': label }, code), button);
}
