import type { Sandbox } from '../../sandbox/start.ts';

/** A request in a test. LinkedIn's usual headers are included, and `undefined` removes one. */
export type Question = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: unknown;
};

/** The answer. */
export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it isn't JSON. */
  readonly json: unknown;
};

const USUAL_HEADERS = {
  Authorization: 'Bearer tok-ok',
  'LinkedIn-Version': '202609',
  'X-Restli-Protocol-Version': '2.0.0',
  'Content-Type': 'application/json',
};

/** Calls the sandbox as a well-behaved client of LinkedIn would. */
export async function ask(sandbox: Sandbox, path: string, question: Question = {}): Promise<Reply> {
  const { method = question.body === undefined ? 'GET' : 'POST', body } = question;
  const headers = new Headers();
  const wanted: Record<string, string | undefined> = { ...USUAL_HEADERS, ...question.headers };
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined) headers.set(name, value);
  const init: RequestInit = { method, headers, redirect: 'manual' };
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
  return replyFrom(await fetch(`${sandbox.url}${path}`, init));
}

/** Sends a form, as OAuth requires. */
export async function askForm(sandbox: Sandbox, path: string, form: Record<string, string>): Promise<Reply> {
  const body = new URLSearchParams(form);
  return replyFrom(await fetch(`${sandbox.url}${path}`, { method: 'POST', body, redirect: 'manual' }));
}

async function replyFrom(response: Response): Promise<Reply> {
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // An empty body or an HTML page.
    return undefined;
  }
}
