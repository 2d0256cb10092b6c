import { Webhook } from 'standardwebhooks';

import { addressProblem } from '../../domain/incidents/alerts/address-problem.ts';
import { PAGERDUTY_URL } from '../../domain/incidents/alerts/channel.ts';
import type { Address, Channel } from '../../domain/incidents/alerts/channel.ts';
import { emailOf, pagerDutyBody, slackBody, webhookBody } from '../../domain/incidents/alerts/messages.ts';
import type { Alert } from '../../domain/incidents/alerts/messages.ts';

const TIMEOUT_MS = 10_000;

/** Everything that sending needs from outside. */
export type Sending = {
  fetch: typeof globalThis.fetch;
  now(): number;
  /** Undefined when the binding ALERT_EMAIL is missing. */
  email: Pick<SendEmail, 'send'> | undefined;
  isLocalRun: boolean;
};

/** Sends an alert once. Returns why it was not sent, in words without the address; undefined when it was confirmed. */
export async function sendAlert(
  { type }: Pick<Channel, 'type'>,
  address: Address,
  { alert, sending }: { alert: Alert; sending: Sending },
): Promise<string | undefined> {
  const url = address.url ?? '';
  switch (type) {
    case 'webhook':
      return post(url, signed(webhookBody(alert), address, { alert, sending }), sending);
    case 'slack':
      return post(url, { body: slackBody(alert) }, sending);
    case 'pagerduty':
      return toPagerDuty(address, alert, sending);
    case 'email':
      return toEmail(address, alert, sending);
    case 'heartbeat':
      return post(url, { body: '' }, sending);
  }
}

type Post = { body: string; headers?: Record<string, string> };

/** Signs by the Standard Webhooks specification. https://www.standardwebhooks.com */
function signed(body: string, { secret }: Address, { alert, sending }: { alert: Alert; sending: Sending }): Post {
  const at = new Date(sending.now());
  return {
    body,
    headers: {
      'webhook-id': alert.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      ...(secret !== undefined && { 'webhook-signature': new Webhook(secret).sign(alert.id, at, body) }),
    },
  };
}

async function toPagerDuty(
  { routing_key: key, url }: Address,
  alert: Alert,
  sending: Sending,
): Promise<string | undefined> {
  const to = url ?? PAGERDUTY_URL;
  const problem = await post(to, { body: pagerDutyBody(alert, key ?? '') }, sending);
  // A test is resolved at once, so that nobody is called again because of it.
  if (problem !== undefined || alert.type !== 'test') return problem;
  return post(to, { body: pagerDutyBody({ ...alert, type: 'incident.closed' }, key ?? '') }, sending);
}

async function toEmail({ to, from }: Address, alert: Alert, { email }: Sending): Promise<string | undefined> {
  if (email === undefined) return 'The Worker has no binding ALERT_EMAIL for e-mails.';
  if (to === undefined || from === undefined) return 'The address is missing.';
  try {
    await email.send({ to, from, ...emailOf(alert) });
    return undefined;
  } catch (error) {
    // Cloudflare's message may repeat an address.
    return `Cloudflare did not send the e-mail${codeOf(error)}. Check that the sender's domain and the receiver are verified.`;
  }
}

async function post(url: string, { body, headers }: Post, { fetch, isLocalRun }: Sending): Promise<string | undefined> {
  // Checked again: the rules may be stricter than when it was saved.
  const problem = addressProblem(url, { isLocalRun });
  if (problem !== undefined) return `The address is not called: ${problem}.`;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'Directflight', ...headers },
      body,
      // A redirect could lead into a private network.
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `The receiver answered ${response.status}.`;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError'
      ? `The receiver did not answer within ${TIMEOUT_MS / 1_000} seconds.`
      : 'The receiver could not be reached.';
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : '';
}
