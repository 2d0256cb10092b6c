import { api, ApiProblem } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapeOf } from '../app/response-shape.ts';
import { may } from '../app/session.ts';
import { knownRules, type KnownRules } from '../connection/rule-picker.ts';
import { sampleNamed } from '../mapping/sample-event.ts';
import { texts } from '../texts.ts';
import { countedName } from '../ui/event-name.ts';
import { Form, input, select } from '../ui/form.ts';
import { fill, h, type Child } from '../ui/h.ts';
import { mappedNames } from './lines-to-paste.ts';
import type { Progress } from './progress.ts';
import { campaignsInWords } from './test-campaigns.ts';

const t = texts.setUp;

/**
 * The step that sends a test event and shows LinkedIn's answer.
 *
 * @param onAccepted Returns what to show below the answer, with the button that is next.
 */
export function testStep(
  { integration, mappings }: Progress,
  { onAccepted }: { onAccepted: () => Child[] },
): HTMLElement {
  const names = mappedNames({ integration, mappings });
  const event = select(
    names.map((name) => [name, countedName(name)] as const),
    names[0] ?? '',
  );
  const email = input({ type: 'email' });
  const result = h('div', { class: 'stack test-result', role: 'status', tabindex: -1 });
  const campaigns = h('span', { role: 'status' });
  let rules: KnownRules | undefined;
  const drawCampaigns = (): void => {
    const known = rules === undefined || rules instanceof ApiProblem ? [] : rules;
    const words = campaignsInWords({ integration, mappings }, { event: event.value, names, rules: known });
    fill(campaigns, words || (rules === undefined ? '' : t.testRulesUnknown));
  };
  event.addEventListener('change', drawCampaigns);
  /** The set-up says more at its top, so the answer would be out of view. */
  const showResult = (...answer: Child[]): void => {
    fill(result, ...answer);
    result.focus({ preventScroll: true });
    result.scrollIntoView({ block: 'nearest' });
  };
  const form = new Form({
    submit: t.sendTest,
    onSubmit: async () => {
      if (email.value.trim() === '')
        throw new ApiProblem({
          status: 400,
          title: t.testEmailMissing,
          detail: t.testEmailMissing,
          errors: [{ pointer: '/traits/email', detail: t.testEmailMissing }],
        });
      form.setPrimary(true);
      fill(result, h('p', { class: 'loading' }, texts.integration.checking));
      const sample = sampleNamed(event.value, integration?.consent_categories ?? []);
      const answer = await api(TESTED, `/integrations/${integration?.id ?? ''}/test-event`, {
        body: { ...sample, ...(event.value === 'page' && { type: 'page' }), traits: { email: email.value } },
      }).catch((error: unknown) => {
        fill(result);
        throw error;
      });
      showResult(...testResult(answer, integration?.source_id ?? ''));
      if (answer.results.every(({ accepted }) => accepted) && answer.sent) {
        form.setPrimary(false);
        showResult(...testResult(answer, integration?.source_id ?? ''), ...onAccepted());
      }
    },
  });
  form.add(
    h('p', { class: 'notice warn' }, h('span', {}, t.testWarning, ' ', campaigns, ' ', t.testNotStored)),
    names.length > 0 && form.field(texts.deliveries.event, event, { pointer: '/event' }),
    form.field(t.testEmail, email, { pointer: '/traits/email', hint: t.testEmailHint }),
  );
  const element = h('div', { class: 'stack' }, form.element, result);
  inPart(element, async () => {
    if (integration === undefined) return;
    rules = await knownRules(integration.id);
    drawCampaigns();
  });
  return element;
}

type TestAnswer = {
  sent: boolean;
  sentence: string;
  note: string;
  results: {
    conversion_rule_id: string;
    accepted: boolean;
    status: number | null;
    message: string;
    remedy: string | null;
  }[];
};
const TESTED = shapeOf<TestAnswer>({
  sent: false,
  sentence: '',
  note: '',
  results: [{ conversion_rule_id: '', accepted: false, message: '' }],
});

function testResult({ sent, sentence, note, results }: TestAnswer, sourceId: string): HTMLElement[] {
  if (!sent) return [h('div', { class: 'notice warn' }, h('strong', {}, sentence), h('p', {}, note))];
  return results.map(({ accepted, status, message, remedy, conversion_rule_id: rule }) =>
    h(
      'div',
      { class: `notice ${accepted ? 'good' : 'bad'}` },
      h('strong', {}, accepted ? t.accepted(rule) : t.refused(rule, status)),
      h('p', {}, message),
      accepted &&
        h(
          'p',
          {},
          t.testWhere,
          may('owner') && ' ',
          may('owner') && h('a', { href: `#/audit-log?source_id=${sourceId}` }, t.testLog),
        ),
      remedy !== null && h('p', {}, `${texts.integration.remedy}: ${remedy}`),
    ),
  );
}
