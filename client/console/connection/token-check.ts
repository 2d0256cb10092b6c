import type { CheckedToken } from '../../../worker/schema/reports/checked-token.ts';
import type { Finding, FindingCode } from '../../../worker/schema/reports/finding.ts';
import { api, ApiProblem } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { texts } from '../texts.ts';
import { confirm } from '../ui/dialog.ts';
import { h } from '../ui/h.ts';
import { inPlainWords } from '../ui/plain-words.ts';
import type { ShownIntegration } from '../ui/view.ts';
import { NO_ACCOUNT } from './integrations-of.ts';

const t = texts.connect;

const FINDING = { code: '', severity: '', title: '', remedy: '' } as const;
const CHECKED = shapeOf<CheckedToken>({ findings: [FINDING], renewed: false });
const EXAMINED = shapeOf<{ findings: Finding[] }>({ findings: [FINDING] });

/** With one of these findings, the token can't send conversions for any account. */
const OF_TOKEN: readonly FindingCode[] = ['token_refused', 'credentials_missing', 'scope_conversions_missing'];

/**
 * With one of these findings, the token's member can't send for the picked account, or for any account if none is
 * picked.
 */
const OF_MEMBER: readonly FindingCode[] = ['role_too_small', 'account_unknown'];

const CANNOT_SEND: readonly FindingCode[] = [...OF_TOKEN, ...OF_MEMBER];

/** With one of these findings, LinkedIn has not answered about the token. */
const UNCHECKED: readonly FindingCode[] = ['linkedin_unreachable', 'throttled', 'version_retired', 'answer_unexpected'];

/**
 * Asks LinkedIn what a token can do before it is stored, so that a working token isn't replaced by one that doesn't
 * work.
 */
export async function checkToken(
  sourceId: string,
  secrets: { access_token: string; refresh_token?: string; oauth_client_id?: string; oauth_client_secret?: string },
  known: ShownIntegration | undefined,
): Promise<CheckedToken> {
  const accountId = known?.config.account_id ?? NO_ACCOUNT;
  const body = {
    ...secrets,
    ...(accountId !== NO_ACCOUNT && { account_id: accountId }),
    // With a refresh token alone, its stored app is used.
    ...(known !== undefined && secrets.refresh_token !== undefined && { integration_id: known.id }),
  };
  try {
    return await api(CHECKED, `/sources/${sourceId}/check-token`, { body });
  } catch (error) {
    throw error instanceof ApiProblem ? atSettings(error) : error;
  }
}

/** The fields of the form are settings of a connection, so each problem is shown at its own field. */
function atSettings({ status, title, message, fields }: ApiProblem): ApiProblem {
  const errors = fields.map(({ pointer, detail }) => ({ pointer: `/config${pointer}`, detail }));
  return new ApiProblem({ status, title, detail: message, errors });
}

/**
 * Returns whether a checked token may be stored. Asks the person if it can't send, or if LinkedIn couldn't be asked.
 *
 * @throws ApiProblem at the field of the token, when LinkedIn refuses it.
 */
export async function mayStore(checked: CheckedToken, known: ShownIntegration | undefined): Promise<boolean> {
  const stored = known?.config.access_token;
  const refusal = find(checked, ['token_refused']);
  if (refusal !== undefined) {
    const detail = t.tokenRefused(refusal.detail ?? '', stored?.set === true ? (stored.last4 ?? '') : null);
    const pointer = '/config/access_token';
    throw new ApiProblem({ status: 400, title: detail, detail, errors: [{ pointer, detail }] });
  }
  const unable = find(checked, CANNOT_SEND);
  const unknown = find(checked, UNCHECKED);
  const why = unable ?? unknown;
  if (why === undefined) return true;
  return confirm({
    title: unable === undefined ? t.uncheckedTitle : t.cannotSendTitle,
    text: [
      unable !== undefined && h('p', {}, checked.ad_accounts === null ? `✗ ${t.can.readNot}` : `✓ ${t.can.read}`),
      unable !== undefined && h('p', {}, `✗ ${t.can.sendNot}`),
      h('p', {}, `${why.title}. ${why.detail ?? ''}`.trim()),
      h('p', {}, inPlainWords(why.remedy)),
      h('p', {}, stored?.set === true ? t.replaces : t.waitsFor),
    ],
    yes: t.storeAnyway,
    isDangerous: stored?.set === true,
  });
}

/** Whether LinkedIn says that a token can send conversions. */
export function canSend(checked: CheckedToken): boolean {
  return find(checked, CANNOT_SEND) === undefined && find(checked, UNCHECKED) === undefined;
}

/** Returns a sentence about what a stored token can do. */
export function whatItCan(checked: CheckedToken): string {
  const unable = find(checked, CANNOT_SEND);
  if (unable !== undefined) return t.connectedNot(`${unable.title}.`);
  if (find(checked, UNCHECKED) !== undefined) return t.connectedUnchecked;
  return [
    checked.renewed ? t.connectedRenewed : t.connected,
    ...(checked.ad_accounts === null ? [t.can.readNot] : []),
  ].join(' ');
}

/**
 * Returns what keeps a connection's stored token from sending, as the doctor finds it. A picked account that can't be
 * used doesn't count: another one can be picked.
 */
export async function cannotSend(
  { id, config }: ShownIntegration,
  signal?: AbortSignal,
): Promise<{ isAsked: boolean; finding?: Finding | undefined }> {
  try {
    const examined = await api(EXAMINED, `/integrations/${id}/doctor`, {
      method: 'POST',
      ...(signal && { signal }),
    });
    const isAsked = find(examined, UNCHECKED) === undefined;
    return { isAsked, finding: find(examined, config.account_id === NO_ACCOUNT ? CANNOT_SEND : OF_TOKEN) };
  } catch (error) {
    // This problem is not about the token.
    if (error instanceof ApiProblem && error.status !== 401) return { isAsked: false };
    throw error;
  }
}

export function cannotSendNotice(finding: Finding | undefined): HTMLElement | false {
  return (
    finding !== undefined &&
    h(
      'div',
      { class: 'notice bad' },
      h('strong', {}, finding.title),
      finding.detail !== null && h('p', {}, finding.detail),
      h('p', {}, inPlainWords(finding.remedy)),
    )
  );
}

function find({ findings }: { findings: readonly Finding[] }, codes: readonly string[]): Finding | undefined {
  return findings.find(({ code }) => codes.includes(code));
}
