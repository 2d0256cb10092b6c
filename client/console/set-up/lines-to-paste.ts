import { markedSpaces } from '../../../worker/domain/fql/marked-spaces.ts';
import { namesAsked } from '../../../worker/domain/fql/near-misses.ts';
import { snippet } from '../../tag/snippet.ts';
import { productUrl } from '../app/api.ts';
import { texts } from '../texts.ts';
import { copyable } from '../ui/element-of-state.ts';
import { h, type Child } from '../ui/h.ts';
import { namesToPaste } from './names-to-paste.ts';
import type { Progress } from './progress.ts';

const t = texts.setUp.lines;

/** Returns the names of the events that become conversions: of entries by name, and those that mappings ask for. */
export function mappedNames({ integration, mappings }: Pick<Progress, 'integration' | 'mappings'>): string[] {
  return [
    ...new Set([
      ...Object.keys(integration?.config.conversion_rule_id ?? {}),
      ...mappings.flatMap(({ trigger }) => namesAsked(trigger)),
    ]),
  ];
}

/** All lines that a site needs, in the order in which they are pasted, each with a button to copy it. */
export function linesToPaste({ source, integration, mappings, currency }: Progress): Child[] {
  const names = mappedNames({ integration, mappings }).filter((name) => name !== 'page');
  const categories = integration?.consent_categories ?? USUAL_CATEGORIES;
  const isByPage = names.length === 0 && integration !== undefined && isPageMapped({ integration, mappings });
  const calls = namesToPaste(names.length === 0 ? ['Lead Generated'] : names, { integration, mappings });
  const usual = integration?.config.default_currency ?? currency ?? 'USD';
  return [
    h('p', {}, t.snippet),
    copyable(texts.source.snippet, snippet({ src: productUrl('df.js').href, writeKey: source.write_key })),
    ...(isByPage
      ? [h('p', {}, t.pageViews)]
      : [
          h('p', {}, t.identify),
          copyable(t.identifyLabel, `_df.identify({ email: 'name@example.com' })`),
          h('p', {}, t.track),
          ...calls
            .slice(0, MOST_CALLS)
            .flatMap(({ name, others }) => [
              copyable(t.trackLabel(name), `_df.track(${literal(name)}, { value: 500, currency: '${usual}' })`),
              others.length > 0 && h('p', { class: 'hint' }, t.otherSpellings(others.map(markedSpaces))),
            ]),
        ]),
    ...(categories.length === 0
      ? []
      : [
          h('p', {}, t.consent),
          copyable(t.consentLabel, consentCall(categories, true)),
          h('p', {}, t.declined),
          copyable(t.declinedLabel, consentCall(categories, false)),
        ]),
    h('p', { class: 'hint' }, texts.setUp.server),
  ];
}

/** What a new connection requires. */
const USUAL_CATEGORIES = ['advertising'];

/** More calls would only repeat how it is done. */
const MOST_CALLS = 3;

function consentCall(categories: readonly string[], isGiven: boolean): string {
  return `_df.consent({ ${categories.map((one) => `${key(one)}: ${isGiven}`).join(', ')} })`;
}

function isPageMapped({ integration, mappings }: Pick<Progress, 'integration' | 'mappings'>): boolean {
  return (
    Object.hasOwn(integration?.config.conversion_rule_id ?? {}, 'page') ||
    mappings.some(({ trigger }) => trigger.includes('type = "page"'))
  );
}

/** Writes a text as a JavaScript literal in single quotes, as the docs do, if that needs no escape. */
function literal(text: string): string {
  return /^[^'\\\n\r]*$/.test(text) ? `'${text}'` : JSON.stringify(text);
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
}
