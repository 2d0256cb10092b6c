import type { Sandbox } from '../../sandbox/start.ts';

/** What a test sends: LinkedIn's usual headers are there already, and `undefined` takes one away. */
export type Question = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: unknown;
};

/** What came back. */
export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined when it is no JSON. */
  readonly json: unknown;
};

const USUAL_HEADERS = {
  Authorization: 'Bearer tok-ok',
  'LinkedIn-Version': '202609',
  'X-Restli-Protocol-Version': '2.0.0',
  'Content-Type': 'application/json',
};

/** This asks the sandbox as a well-behaved client of LinkedIn would. */
export async function ask(sandbox: Sandbox, path: string, question: Question = {}): Promise<Reply> {
  const { method = question.body === undefined ? 'GET' : 'POST', body } = question;
  const headers = new Headers();
  const wanted: Record<string, string | undefined> = { ...USUAL_HEADERS, ...question.headers };
  for (const [name, value] of Object.entries(wanted)) if (value !== undefined) headers.set(name, value);
  const init: RequestInit = { method, headers, redirect: 'manual' };
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
  return replyFrom(await fetch(`${sandbox.url}${path}`, init));
}

/** This sends a form, as OAuth wants it. */
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
    // Empty, or a page.
    return undefined;
  }
}
