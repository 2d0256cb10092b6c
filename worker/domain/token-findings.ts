import type { FindingCode } from '../schema/reports/finding.ts';
import type { AdAccount, ConversionRule } from '../schema/settings/linkedin-objects.ts';
import type { ResponseKind } from './delivery/response-kind.ts';

/** The `account_id` of a connection until an ad account is picked. LinkedIn's account numbers are never 0. */
export const NO_ACCOUNT = '0';

/** LinkedIn's answer to a request, or its error. */
type Probe<Value> = { kind: 'ok'; value: Value } | { kind: 'refused'; error: LinkedInError };

type LinkedInError = {
  responseKind: ResponseKind;
  status: number | undefined;
  code: string | undefined;
  message: string;
};

/** LinkedIn's answers to requests with a token. Each is undefined when LinkedIn could not be asked. */
export type AskedAboutToken = {
  /** The picked ad account; `NO_ACCOUNT` before that, and undefined when it doesn't matter whether one is picked. */
  accountId: string | undefined;
  accounts: Probe<readonly AdAccount[]> | undefined;
  /**
   * The rules of the picked account, or of another one if none is picked, because LinkedIn checks the scope for either.
   */
  rules: Probe<readonly ConversionRule[]> | undefined;
};

type Found = { code: FindingCode; detail: string | null };

/** Returns why LinkedIn refused the requests. Each cause is reported once, however many requests failed. */
export function refusalsOf({ accounts, rules, accountId }: AskedAboutToken): Found[] {
  const isPicked = accountId !== undefined && accountId !== NO_ACCOUNT;
  const found = new Map<FindingCode, Found>();
  for (const [probe, ofScope] of [
    [accounts, 'scope_ads_missing'],
    [rules, 'scope_conversions_missing'],
  ] as const) {
    if (probe?.kind !== 'refused') continue;
    const code = causeOf(probe.error, ofScope);
    // A missing role is also visible in the list of accounts, which names it.
    if (code === 'role_too_small' && accounts?.kind === 'ok') continue;
    // Nobody has chosen the account of this request.
    if (code === 'account_unknown' && !isPicked) continue;
    const { status, message } = probe.error;
    if (!found.has(code))
      found.set(code, { code, detail: `LinkedIn: ${`${status ?? 'no answer'} ${message}`.trim()}` });
  }
  // When LinkedIn can't be reached, our own limiter blocks most requests. That is not a second fault.
  const unreachable = found.get('linkedin_unreachable');
  return unreachable === undefined ? [...found.values()] : [unreachable];
}

function causeOf({ responseKind, status, code, message }: LinkedInError, ofScope: FindingCode): FindingCode {
  if (responseKind === 'unavailable' || status === undefined || (status >= 300 && status < 400))
    return 'linkedin_unreachable';
  if (responseKind === 'token_refused') return 'token_refused';
  if (status === 426 || code === 'VERSION_MISSING' || code === 'VERSION_INVALID') return 'version_retired';
  if (responseKind === 'throttled') return 'throttled';
  if (code === 'USER_NOT_AUTHORIZED') return 'role_too_small';
  if (/no ad accounts found/i.test(message)) return 'account_unknown';
  return status === 403 ? ofScope : 'answer_unexpected';
}

/** Returns the problems with the picked ad account, or why none of them can be picked. */
export function accountFindings({ accounts, accountId }: AskedAboutToken): Found[] {
  const listed = accounts?.kind === 'ok' ? accounts.value : [];
  if (accountId === undefined || accountId === NO_ACCOUNT)
    return [
      ...(accountId === NO_ACCOUNT ? [{ code: 'account_missing', detail: null } as const] : []),
      ...(listed.length > 0 && !listed.some(({ can_send: canSend }) => canSend)
        ? [{ code: 'role_too_small', detail: listed.map(roleOn).join(' ') } as const]
        : []),
    ];
  if (accounts?.kind !== 'ok') return [];
  const account = listed.find(({ id }) => id === accountId);
  if (account === undefined) return [{ code: 'account_unknown', detail: `The ad account is ${accountId}.` }];
  return [
    ...(account.can_send ? [] : [{ code: 'role_too_small', detail: roleOn(account) } as const]),
    ...(account.status !== null && account.status !== 'ACTIVE'
      ? [{ code: 'account_inactive', detail: `${account.name} is ${account.status}.` } as const]
      : []),
  ];
}

function roleOn({ name, role }: AdAccount): string {
  return `The role on ${name} is ${role}.`;
}
