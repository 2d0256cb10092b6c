import type { Call } from '../call.ts';
import type { Fault } from './fault.ts';

/** The placeholder for the request's values in a fault's `body`. */
const SENT = '{{sent}}';
/** The last of them, cut off in its middle. */
const CUT = '{{sent-cut}}';
const TOKEN = '{{token}}';

/**
 * Replaces `{{sent}}` in a fault's body with every value of the first event's person, or of a form: LinkedIn echoes
 * what it refuses.
 */
export function withEcho(fault: Fault, call: Call): Fault {
  if (fault.body === undefined) return fault;
  const body = JSON.stringify(fault.body);
  if (![SENT, CUT, TOKEN].some((place) => body.includes(place))) return fault;
  const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
  const token = call.headers['authorization']?.replace(/^Bearer /, '') ?? '';
  const texts = textsIn(parsed(call.body));
  const echoed: unknown = JSON.parse(
    body
      .replaceAll(SENT, () => inJson(texts.join(' ')))
      .replaceAll(CUT, () => inJson(texts.at(-1)?.slice(0, -2) ?? ''))
      .replaceAll(TOKEN, () => inJson(token)),
  );
  return { ...fault, body: echoed };
}

function parsed(body: string): unknown {
  try {
    const sent: { user?: unknown; elements?: { user?: unknown }[] } = JSON.parse(body);
    return (sent.elements?.[0] ?? sent).user;
  } catch {
    // A form, as OAuth uses it.
    return [...new URLSearchParams(body).values()];
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
