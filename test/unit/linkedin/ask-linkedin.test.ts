import { assert, asyncProperty, array, constantFrom, integer, option, record, string } from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

import type { Access } from '../../../worker/domain/delivery/linkedin-access.ts';
import type { Grant } from '../../../worker/domain/delivery/permits.ts';
import type { ResponseKind } from '../../../worker/domain/delivery/response-kind.ts';
import { askLinkedIn } from '../../../worker/linkedin/ask-linkedin.ts';
import type { Asked, AskPorts, Question, CallResult } from '../../../worker/linkedin/ask-linkedin.ts';
import { batchResult } from '../../../worker/linkedin/batch/batch-result.ts';
import { sendConversions } from '../../../worker/linkedin/batch/send-conversions.ts';
import type { RequestLine } from '../../../worker/linkedin/request-line.ts';

const LIMITS = { ratePerSecond: 30, burst: 60, perMinute: 600, perDay: 500_000 };
const GRANTED: Grant = { isGranted: true, mustReport: false };
const later = (retryAfterMs: number): Grant => ({ isGranted: false, retryAfterMs });
const token = (name: string): Access => ({ kind: 'token', token: name, tokenId: `id-${name}`, limiterKey: 'app:1' });
const NO_TOKEN: Access = { kind: 'none', reason: 'token_refused', retryAfterMs: 600_000 };

const aResult = (responseKind: ResponseKind = 'answered', status: number | undefined = 200): CallResult<string> => ({
  value: responseKind,
  status,
  responseKind,
  retryAfterMs: undefined,
  outcome: responseKind === 'answered' ? 'ok' : responseKind,
  events: 0,
});

type World = {
  access?: Access;
  /** The tokens to use after each refusal, in this order; after them there is none. */
  others?: Access[];
  grants?: Grant[];
  results?: CallResult<string>[];
  faults?: ('refused' | 'report' | 'pause')[];
  question?: Partial<Question<string>>;
};

/** Calls LinkedIn in a world that records every step. */
async function ask({
  access = token('one'),
  others = [],
  grants = [],
  results = [],
  faults = [],
  question = {},
}: World): Promise<{
  asked: Asked<string>;
  story: string[];
  lines: RequestLine[];
}> {
  const story: string[] = [];
  const lines: RequestLine[] = [];
  let nowMs = 1_000;
  const tell = async (name: 'refused' | 'report' | 'pause', what: string): Promise<void> => {
    story.push(what);
    if (faults.includes(name)) throw new Error('Network connection lost.');
  };
  const ports: AskPorts = {
    access: async () => access,
    refused: async (tokenId) => {
      await tell('refused', `refused ${tokenId}`);
      return others.shift() ?? NO_TOKEN;
    },
    limiter: () => ({
      take: async () => grants.shift() ?? GRANTED,
      pause: (_, untilMs) => tell('pause', `pause ${untilMs - nowMs}`),
      report: (_, isReachable) => tell('report', `report ${isReachable}`),
    }),
    now: () => nowMs,
    random: () => 0.5,
    sleep: async (ms) => {
      story.push(`sleep ${ms}`);
      nowMs += ms;
    },
    log: (where) => void story.push(`log ${where}`),
    logRequest: (line) => void lines.push(line),
  };
  const asked = await askLinkedIn<string>(
    {
      integrationId: 'int_1',
      limits: LIMITS,
      asker: 'management',
      rule: null,
      version: '202609',
      failures: 0,
      patience: { totalMs: 2_000, asks: 5 },
      send: async (used) => {
        story.push(`send ${used}`);
        nowMs += 120;
        return results.shift() ?? aResult();
      },
      ...question,
    },
    ports,
  );
  return { asked, story, lines };
}

describe('the one way to LinkedIn', () => {
  it.each<[string, World, Partial<Asked<string>>, string[]]>([
    ['asks once and reports nothing when all is well', {}, { kind: 'answered' }, ['send one']],
    ['asks nothing without a token', { access: NO_TOKEN }, { kind: 'no_token', access: NO_TOKEN }, []],
    [
      'asks nothing without a token that could not be renewed',
      { access: { kind: 'unavailable' } },
      { kind: 'no_token', access: { kind: 'unavailable' } },
      [],
    ],
    [
      'says that LinkedIn is back to a limiter that wants to hear it',
      { grants: [{ isGranted: true, mustReport: true }] },
      { kind: 'answered' },
      ['send one', 'report true'],
    ],
    [
      'says that LinkedIn is down',
      { results: [aResult('unavailable', 503)] },
      { kind: 'answered' },
      ['send one', 'report false'],
    ],
    [
      'pauses everybody who shares the app after a 429, by the time that LinkedIn names',
      { results: [{ ...aResult('throttled', 429), retryAfterMs: 7_000 }] },
      { kind: 'answered' },
      ['send one', 'pause 7000'],
    ],
    [
      'waits for a permit that is near',
      { grants: [later(200), later(10), GRANTED] },
      { kind: 'answered' },
      ['sleep 200', 'sleep 50', 'send one'],
    ],
    ['waits for no permit that is far', { grants: [later(2_001)] }, { kind: 'no_permit', retryAfterMs: 2_001 }, []],
    [
      'waits for a permit no longer than the asker will',
      { grants: [later(900), later(900), later(900)] },
      { kind: 'no_permit', retryAfterMs: 900 },
      ['sleep 900', 'sleep 900'],
    ],
    [
      'asks for a permit no more often than the asker will',
      { grants: Array.from({ length: 9 }, () => later(60)) },
      { kind: 'no_permit', retryAfterMs: 60 },
      ['sleep 60', 'sleep 60', 'sleep 60', 'sleep 60'],
    ],
    [
      'gives up when there is nothing to ask any more',
      { question: { send: () => undefined } },
      { kind: 'withdrawn' },
      [],
    ],
    [
      'goes on with another token when LinkedIn refuses the first',
      { others: [token('two')], results: [aResult('token_refused', 401)] },
      { kind: 'answered', value: 'answered' },
      ['send one', 'refused id-one', 'send two'],
    ],
    [
      'tries three tokens and no more',
      {
        others: [token('two'), token('three'), token('four')],
        results: [aResult('token_refused', 401), aResult('token_refused', 401), aResult('token_refused', 401)],
      },
      {
        kind: 'no_token',
        access: { kind: 'none', reason: 'token_refused', retryAfterMs: 3_600_000 },
        lastResult: 'token_refused',
      },
      ['send one', 'refused id-one', 'send two', 'refused id-two', 'send three', 'refused id-three'],
    ],
    [
      "keeps LinkedIn's answer to a token when there is no other",
      { results: [aResult('token_refused', 401)] },
      { kind: 'no_token', access: NO_TOKEN, lastResult: 'token_refused' },
      ['send one', 'refused id-one'],
    ],
    [
      "keeps LinkedIn's answer to a token when nobody can be told of it",
      { results: [aResult('token_refused', 401)], faults: ['refused'] },
      { kind: 'no_token', access: { kind: 'unavailable' }, lastResult: 'token_refused' },
      ['send one', 'refused id-one', 'log linkedin.credentials'],
    ],
    [
      "keeps LinkedIn's answer when the limiter can't be told that LinkedIn is back",
      { grants: [{ isGranted: true, mustReport: true }], faults: ['report'] },
      { kind: 'answered', value: 'answered' },
      ['send one', 'report true', 'log linkedin.limiter'],
    ],
    [
      "keeps LinkedIn's answer when the limiter can't be told that LinkedIn is down",
      { results: [aResult('unavailable', undefined)], faults: ['report'] },
      { kind: 'answered', value: 'unavailable' },
      ['send one', 'report false', 'log linkedin.limiter'],
    ],
    [
      "keeps LinkedIn's answer when the limiter can't be paused",
      { results: [{ ...aResult('throttled', 429), retryAfterMs: 7_000 }], faults: ['pause'] },
      { kind: 'answered', value: 'throttled' },
      ['send one', 'pause 7000', 'log linkedin.limiter'],
    ],
  ])('%s', async (_title, world, expected, expectedStory) => {
    const { asked, story } = await ask(world);

    expect(asked).toMatchObject(expected);
    expect(story).toEqual(expectedStory);
  });

  it("checks the caller's condition each time that it requests a permit", async () => {
    const meanwhile = vi.fn<() => Promise<void>>(async () => undefined);

    await ask({ grants: [later(60), later(60)], question: { meanwhile } });

    expect(meanwhile).toHaveBeenCalledTimes(3);
  });

  it("never loses LinkedIn's answer to our own faults, and logs one line for each request", async () => {
    await assert(
      asyncProperty(
        array(constantFrom<ResponseKind>('answered', 'unavailable', 'throttled', 'token_refused'), {
          minLength: 3,
          maxLength: 3,
        }),
        array(constantFrom('refused', 'report', 'pause'), { maxLength: 3 }),
        integer({ min: 0, max: 3 }),
        async (said, faults, tokens) => {
          const others = Array.from({ length: tokens }, (_, index) => token(`other-${index}`));

          const { asked, story, lines } = await ask({
            others,
            faults,
            results: said.map((responseKind) => aResult(responseKind)),
            grants: Array.from({ length: 3 }, () => ({ isGranted: true, mustReport: true })),
          });

          const sent = story.filter((what) => what.startsWith('send')).length;
          expect(lines.map(({ outcome }) => outcome)).toEqual(
            said.slice(0, sent).map((responseKind) => (responseKind === 'answered' ? 'ok' : responseKind)),
          );
          expect(asked.kind === 'answered' ? asked.value : asked.kind === 'no_token' && asked.lastResult).toBe(
            said[sent - 1],
          );
        },
      ),
    );
  });
});

describe("a request's line in the log", () => {
  const NOW = Date.UTC(2026, 10, 28);

  /** Sends conversions as the outbox does, and returns the log line. */
  async function lineOf({
    elements,
    respond,
    bearer = 'AQXtoken-of-somebody',
  }: {
    elements: readonly string[];
    respond: () => Promise<Response>;
    bearer?: string;
  }): Promise<RequestLine | undefined> {
    const { lines } = await ask({
      access: token(bearer),
      question: {
        asker: 'delivery',
        rule: '1001',
        send: async (used) =>
          batchResult(
            await sendConversions(
              { apiUrl: 'https://api.linkedin.com', token: used, version: '202609', elements },
              { fetch: respond, now: () => NOW },
            ),
            { value: 'sent', events: elements.length },
          ),
      },
    });
    expect(lines).toHaveLength(1);
    return lines[0];
  }

  it.each([
    [200, { elements: [{ status: 201 }, { status: 201 }] }, 'accepted'],
    [200, { elements: [{ status: 201 }, { status: 429 }] }, 'accepted'],
    [200, 'half an ans', 'unconfirmed'],
    [422, { message: 'Index: 0, ERROR :: bad' }, 'elements_refused'],
    [400, { message: 'bad' }, 'batch_refused'],
    [413, {}, 'batch_too_large'],
    [403, { message: 'No ad accounts found' }, 'rule_refused'],
    [403, { code: 'ACCESS_DENIED' }, 'access_refused'],
    [409, {}, 'refused_unknown'],
    [401, {}, 'token_refused'],
    [426, {}, 'version_sunset'],
    [429, {}, 'throttled'],
    [503, {}, 'unavailable'],
  ])('has these fields and no others: %i %j is %s', async (status, body, outcome) => {
    const line = await lineOf({
      elements: ['{"eventId":"1"}', '{"eventId":"2"}'],
      respond: async () => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }),
    });

    expect(line).toEqual({
      level: 'info',
      where: 'linkedin.request',
      asker: 'delivery',
      integration: 'int_1',
      rule: '1001',
      events: 2,
      status,
      outcome,
      milliseconds: 0,
      version: '202609',
    });
  });

  it('says how long LinkedIn took', async () => {
    const { lines } = await ask({});

    expect(lines).toMatchObject([{ milliseconds: 120 }]);
  });

  it('is null when LinkedIn gave no answer', async () => {
    expect(await lineOf({ elements: ['{}'], respond: () => Promise.reject(new TypeError('reset')) })).toMatchObject({
      status: null,
      outcome: 'unavailable',
    });
  });

  /** A personal value that no field of the line can contain by chance. */
  const mark = string({ minLength: 6, maxLength: 40 }).map((text) => `~${text}~`);

  it("contains no value of an event, of the token or of LinkedIn's message, whatever they are", async () => {
    const person = record({
      email: mark,
      click: mark,
      firstName: mark,
      lastName: mark,
      companyName: mark,
      title: mark,
      externalId: mark,
      eventId: mark,
      amount: mark,
      bearer: mark,
    });
    await assert(
      asyncProperty(
        person,
        constantFrom(200, 400, 401, 403, 409, 413, 422, 426, 429, 503),
        option(constantFrom('A_CODE', 'ACCESS_DENIED'), { nil: undefined }),
        async ({ bearer, ...of }, status, code) => {
          const element = JSON.stringify({
            conversion: 'urn:lla:llaPartnerConversion:1001',
            eventId: of.eventId,
            conversionValue: { currencyCode: 'EUR', amount: of.amount },
            user: {
              userIds: [
                { idType: 'SHA256_EMAIL', idValue: of.email },
                { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: of.click },
              ],
              userInfo: {
                firstName: of.firstName,
                lastName: of.lastName,
                companyName: of.companyName,
                title: of.title,
              },
              externalIds: [of.externalId],
            },
          });
          // LinkedIn echoes all of it, in its message, its code and its headers.
          const said = `${element} ${bearer}`;

          const line = await lineOf({
            elements: [element],
            bearer,
            respond: async () =>
              Response.json({ message: said, code: code ?? of.firstName, details: said }, { status }),
          });

          const text = JSON.stringify(line);
          for (const value of [bearer, ...Object.values(of)]) {
            expect(text).not.toContain(JSON.stringify(value).slice(1, -1));
            expect(text).not.toContain(value);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
