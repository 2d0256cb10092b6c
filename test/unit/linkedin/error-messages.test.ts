/** Tests what happens with unknown messages from LinkedIn, and how the rest of such answers is read. */
import { describe, expect, it } from 'vitest';

import { readBatchResponse } from '../../../worker/linkedin/batch/read-batch-response.ts';
import { sendConversions } from '../../../worker/linkedin/batch/send-conversions.ts';
import { redact } from '../../../worker/linkedin/errors/redact.ts';
import { restCall } from '../../../worker/linkedin/rest-call.ts';
import { NOW } from '../support/an-event.ts';

type Body = string | object | null | number;

const textOf = (body: Body): string => (typeof body === 'string' ? body : JSON.stringify(body));

const read = (status: number, body: Body, batchSize = 3) =>
  readBatchResponse({ status, headers: new Headers(), text: textOf(body) }, { batchSize, nowMs: NOW });

const said = (message: string, more: object = {}) => ({ message, ...more });

const TARGET =
  'Invalid conversion target, failed to grant access. Conversion must be a CAPI conversion and not deleted.';

/**
 * The error format of the newer ads APIs: https://learn.microsoft.com/linkedin/shared/api-guide/concepts/error-handling
 * (read 2026-09)
 */
const inputError = (description: string, fieldPath?: string) => ({
  description,
  code: 'INVALID_VALUE_FOR_FIELD',
  ...(fieldPath !== undefined && { input: { inputPath: { fieldPath } } }),
});
const detailed = (...inputErrors: object[]) => ({
  errorDetailType: 'com.linkedin.common.error.BadRequest',
  errorDetails: { inputErrors },
});

const RULE = 'rule_refused';
const ACCESS = 'access_refused';
const UNKNOWN = 'refused_unknown';
const SEARCH = 'batch_refused';
const DOWN = 'unavailable';

describe('L1: the blame in an answer', () => {
  it.each<[status: number, body: Body, kind: string, reason?: string]>([
    // The rule: LinkedIn names it, whatever the status.
    [403, said(TARGET), RULE, 'rule_unusable'],
    [403, said(TARGET, { code: 'ACCESS_DENIED', serviceErrorCode: 100 }), RULE, 'rule_unusable'],
    [403, said('Conversion must be a CAPI conversion and not deleted.'), RULE, 'rule_unusable'],
    [400, said(TARGET), RULE, 'rule_unusable'],
    [422, said(`Index: 0, ERROR :: ${TARGET}`), RULE, 'rule_unusable'],
    [403, detailed(inputError(TARGET)), RULE, 'rule_unusable'],
    [403, `<html><body>${TARGET}</body></html>`, RULE, 'rule_unusable'],
    [403, `{"status":403,"message":"${TARGET.slice(0, 60)}`, RULE, 'rule_unusable'],
    [404, said('No ad accounts found'), RULE, 'rule_unknown'],
    [403, said("associated to a conversion that's marked as deleted"), RULE, 'rule_disabled'],
    // The token, the app or the role: a code or a word names it.
    [403, said('', { code: 'ACCESS_DENIED' }), ACCESS],
    [403, said('Forbidden', { serviceErrorCode: 100 }), ACCESS],
    [403, said('Forbidden', { serviceErrorCode: '100' }), ACCESS],
    [403, said('Not enough permissions to access: conversionEvents.CREATE.20260901'), ACCESS],
    [403, said('The token lacks the scope rw_conversions'), ACCESS],
    [403, said('Member has no role on this ad account'), ACCESS],
    [403, said('This application is blocked'), ACCESS],
    [403, said('x', { code: 'USER_NOT_AUTHORIZED' }), ACCESS],
    [403, detailed(inputError('The app has no product for this')), ACCESS],
    [403, { error: 'access_denied', error_description: 'scope' }, ACCESS],
    // The token: its code says so, whatever the status.
    [403, said('x', { serviceErrorCode: 65601 }), 'token_refused'],
    [400, said('x', { code: 'EXPIRED_ACCESS_TOKEN' }), 'token_refused'],
    [401, '', 'token_refused'],
    [401, '<html>Unauthorized</html>', 'token_refused'],
    // Unclear: it may be the rule, until another rule gets the same answer.
    [403, '', UNKNOWN],
    [403, {}, UNKNOWN],
    [403, said('Forbidden'), UNKNOWN],
    [403, said('', { code: 'POLICY_VIOLATION_7' }), UNKNOWN],
    [403, '<html><h1>403 Forbidden</h1></html>', UNKNOWN],
    [403, said('This conversion is archived'), UNKNOWN],
    [403, detailed(inputError('The target is of another kind')), UNKNOWN],
    [403, '{"message":"Some new wor', UNKNOWN],
    [403, null, UNKNOWN],
    [403, [], UNKNOWN],
    [402, said('Payment required'), UNKNOWN],
    [404, said('No virtual resource found', { code: 'RESOURCE_NOT_FOUND' }), UNKNOWN],
    [404, '', UNKNOWN],
    [405, '', UNKNOWN],
    [406, '', UNKNOWN],
    [409, said('Write Conflict', { code: 'CONFLICT' }), UNKNOWN],
    [410, said('Gone'), UNKNOWN],
    [411, '', UNKNOWN],
    [412, said('Precondition failed'), UNKNOWN],
    [415, '', UNKNOWN],
    [418, 'teapot', UNKNOWN],
    [423, '', UNKNOWN],
    [425, '', UNKNOWN],
    [451, said('Unavailable for legal reasons'), UNKNOWN],
    [302, '', UNKNOWN],
    [307, '<html>moved</html>', UNKNOWN],
    // An event: LinkedIn names it, or a search finds it.
    [400, said('Something new'), SEARCH],
    [400, '', SEARCH],
    [400, '<html>400</html>', SEARCH],
    [422, said('', { code: 'NEW_RULE' }), SEARCH],
    [422, detailed(inputError('bad', 'user/userIds')), SEARCH],
    [400, detailed(inputError('bad', 'elements/1/user')), 'elements_refused'],
    [400, detailed(inputError('bad', '/elements/2/conversionValue/amount')), 'elements_refused'],
    [422, detailed(inputError('bad', 'elements[0].eventId')), 'elements_refused'],
    [400, detailed(inputError('bad', 'elements/7/user')), SEARCH],
    // The app.
    [403, said('Resource level throttle limit for calls to this resource is reached.'), 'throttled'],
    [429, '<html>slow down</html>', 'throttled'],
    [400, said('x', { code: 'NONEXISTENT_VERSION' }), 'version_sunset'],
    [426, '', 'version_sunset'],
    [413, '<html>too large</html>', 'batch_too_large'],
    // Nothing: LinkedIn didn't process the request.
    [408, '', DOWN],
    [500, said('x', { code: 'INTERNAL_ERROR' }), DOWN],
    [502, '<html>Bad gateway</html>', DOWN],
    [503, '{"message":"Ser', DOWN],
    [504, {}, DOWN],
    [520, 'error code: 520', DOWN],
  ])('of %i %j is %s', (status, body, kind, reason) => {
    expect(read(status, body)).toMatchObject({ kind, ...(reason !== undefined && { reason }) });
  });

  it('falls on the element that an input error names, with its message', () => {
    const body = {
      message: 'Multiple errors occurred during the input validation.',
      ...detailed(inputError('amount is missing', 'elements/1/conversionValue'), inputError('too old', 'elements/2')),
    };

    expect(read(400, body)).toMatchObject({
      kind: 'elements_refused',
      elements: new Map([
        [1, 'elements/1/conversionValue: amount is missing'],
        [2, 'elements/2: too old'],
      ]),
    });
  });
});

describe('L2: the message in an answer', () => {
  const WORDLESS = /^HTTP \d{3} without a word$/;

  it.each<[status: number, body: Body, message: string | RegExp, code?: string]>([
    [400, { code: 'INVALID_SOMETHING', status: 400 }, 'INVALID_SOMETHING', 'INVALID_SOMETHING'],
    [400, { code: 'A_B', message: 'words' }, 'words', 'A_B'],
    [400, { code: 'A_B', message: '' }, 'A_B', 'A_B'],
    [400, { code: 'A_B', message: '   ' }, 'A_B', 'A_B'],
    [400, { code: 'A_B', message: null }, 'A_B', 'A_B'],
    [400, { code: 'A_B', message: 7 }, 'A_B', 'A_B'],
    [400, { code: 4711 }, '4711', '4711'],
    [400, { serviceErrorCode: 100, status: 400 }, 'HTTP 400, serviceErrorCode 100'],
    [400, detailed(inputError('Amount is missing')), 'Amount is missing', 'INVALID_VALUE_FOR_FIELD'],
    [400, detailed(inputError('one', 'a/b'), inputError('two')), 'a/b: one; two', 'INVALID_VALUE_FOR_FIELD'],
    [400, { message: 'See errorDetails.', ...detailed(inputError('one')) }, 'See errorDetails.; one'],
    [400, detailed(inputError('same'), inputError('same')), 'same'],
    [400, detailed({ code: 'ONLY_A_CODE' }), 'ONLY_A_CODE', 'ONLY_A_CODE'],
    [400, { errorDetails: { inputErrors: 'x' } }, WORDLESS],
    [400, { errorDetails: { inputErrors: [null, 3, 'x', []] } }, WORDLESS],
    [400, { errorDetails: null }, WORDLESS],
    [400, { errorDetails: [] }, WORDLESS],
    [400, '', 'HTTP 400 without a word'],
    [422, '', 'HTTP 422 without a word'],
    [403, '', 'HTTP 403 without a word'],
    [409, '  \n', 'HTTP 409 without a word'],
    [400, {}, WORDLESS],
    [400, [], WORDLESS],
    [400, null, WORDLESS],
    [400, 'null', WORDLESS],
    [400, '7', WORDLESS],
    [400, '""', WORDLESS],
    [400, '"just a text"', 'just a text'],
    [400, [{ message: 'in a list', code: 'L_L' }], 'in a list', 'L_L'],
    [400, { error: 'invalid_request', error_description: 'No such thing' }, /^No such thing/, 'invalid_request'],
    [400, { error: { message: 'inside', code: 'IN_IT' } }, 'inside', 'IN_IT'],
    [400, { errors: [{ message: 'first' }, { detail: 'second' }] }, 'first; second'],
    [400, { title: 'Bad Request', detail: 'No' }, 'No; Bad Request'],
    [400, 'plain words', 'plain words'],
    [400, '{"status":400,"code":"CUT_OFF","mess', /CUT_OFF/, 'CUT_OFF'],
    [403, '<!DOCTYPE html><html><head><style>p{}</style></head><body><h1>Denied</h1></body></html>', /page.*: Denied$/],
    [403, '<html></html>', 'A page instead of an answer'],
    [403, '<html><script>var x="<p>"</script>', 'A page instead of an answer'],
    [500, '', '500 HTTP 500 without a word'],
    [429, '', 'HTTP 429 without a word'],
    [401, '', 'HTTP 401 without a word'],
    [426, '', 'HTTP 426 without a word'],
    [413, '', 'HTTP 413 without a word'],
  ])('to %i %j is: %s', (status, body, message, code) => {
    const answer = read(status, body);

    const words = 'message' in answer ? (answer.message ?? '') : '';
    expect(words).toMatch(
      typeof message === 'string'
        ? new RegExp(`^${message.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`)
        : message,
    );
    expect(answer).toMatchObject(code === undefined ? {} : { code });
  });

  it.each([
    [{ status: 400 }, 'status 400'],
    [{ status: 400, error: {} }, 'status 400'],
    [{ status: 400, error: { code: 'A_B' } }, 'A_B'],
    [{ status: 422, error: { message: '' } }, 'status 422'],
    [{ status: 422, error: detailed(inputError('amount')) }, 'amount'],
    [{ status: 400, message: 'beside it' }, 'beside it'],
    [{ status: 400, error: { status: 400, message: 'inside' } }, 'inside'],
    [{ error: { status: 422, message: 'status inside' } }, 'status inside'],
    [{ error: { message: 'no status at all' } }, 'no status at all'],
    [{ status: '400', error: { message: 'as a text' } }, 'as a text'],
  ])('is read from an element of a 200 too: %j', (element, message) => {
    const answer = read(200, { elements: [{ status: 201 }, element, { status: 201 }] });

    expect(answer).toMatchObject({ kind: 'accepted', refused: new Map([[1, message]]) });
  });

  it('is read in the same way for management calls', async () => {
    const refusalTo = async (status: number, body: Body): Promise<unknown> => {
      const outcome = await restCall(
        { method: 'GET', path: '/rest/x' },
        { apiUrl: 'https://api.linkedin.com', token: 'tok', version: '202609' },
        { fetch: async () => new Response(textOf(body), { status }), now: () => NOW },
      );
      return outcome.kind === 'refused' ? outcome.error : outcome;
    };

    expect(await refusalTo(400, { code: 'A_B' })).toMatchObject({ code: 'A_B', message: 'A_B' });
    expect(await refusalTo(400, detailed(inputError('one', 'name')))).toMatchObject({ message: 'name: one' });
    expect(await refusalTo(403, '')).toMatchObject({ status: 403, message: 'HTTP 403 without a word' });
    expect(await refusalTo(200, '<html>Sign in</html>')).toMatchObject({
      status: undefined,
      message: 'A page instead of an answer: Sign in',
    });
  });
});

describe('L3: the elements that LinkedIn accepted', () => {
  const unconfirmedOf = (status: number, body: Body): unknown => {
    const answer = read(status, body);
    return answer.kind === 'accepted' ? [...answer.unconfirmed] : answer.kind;
  };
  const OK = { status: 201 };

  it.each<[status: number, body: Body, unconfirmed: number[]]>([
    [200, { elements: [OK, OK, OK] }, []],
    [200, { elements: [{ status: 200 }, { status: 204 }, { status: '201' }] }, []],
    [200, { elements: [OK, OK, { status: 400 }] }, []],
    [201, '', []],
    [200, '', [0, 1, 2]],
    [200, ' ', [0, 1, 2]],
    [200, '<html>Sign in</html>', [0, 1, 2]],
    [200, {}, [0, 1, 2]],
    [200, [], [0, 1, 2]],
    [200, null, [0, 1, 2]],
    [200, 'true', [0, 1, 2]],
    [200, '"OK"', [0, 1, 2]],
    [200, 'OK', [0, 1, 2]],
    [200, '{"elements":[{"status":201},{"sta', [0, 1, 2]],
    [200, { elements: null }, [0, 1, 2]],
    [200, { elements: {} }, [0, 1, 2]],
    [200, { elements: 'x' }, [0, 1, 2]],
    [200, { elements: [] }, [0, 1, 2]],
    [200, { elements: [OK, OK] }, [0, 1, 2]],
    [200, { elements: [OK, OK, OK, OK] }, [0, 1, 2]],
    [200, { results: [OK, OK, OK] }, [0, 1, 2]],
    [200, { status: 400, code: 'BAD', message: 'an error in a 200' }, [0, 1, 2]],
    [200, { elements: [null, OK, OK] }, [0]],
    [200, { elements: [OK, null, null] }, [1, 2]],
    [200, { elements: [null, null, null] }, [0, 1, 2]],
    [200, { elements: [{}, OK, OK] }, [0]],
    [200, { elements: [OK, [], 'x'] }, [1, 2]],
    [200, { elements: [OK, 201, true] }, [1, 2]],
    [200, { elements: [{ status: null }, { status: 'ok' }, OK] }, [0, 1]],
    [200, { elements: [{ status: 0 }, { status: 99 }, { status: 700 }] }, [0, 1, 2]],
    [200, { elements: [{ status: 2e9 }, { status: -1 }, OK] }, [0, 1]],
    [200, { elements: [{ error: {} }, { error: null }, OK] }, [0, 1]],
    [200, { elements: [{ id: 'x' }, OK, OK] }, [0]],
    [201, '<html></html>', [0, 1, 2]],
    [202, '', [0, 1, 2]],
    [203, '<html></html>', [0, 1, 2]],
    [204, '', [0, 1, 2]],
    [206, '{"elements":[', [0, 1, 2]],
    [207, { elements: [OK, OK, OK] }, []],
  ])('of %i %j: %j are unconfirmed', (status, body, unconfirmed) => {
    expect(unconfirmedOf(status, body)).toEqual(unconfirmed);
  });

  it('are reported with the content found instead of the statuses', () => {
    expect(read(200, '<html><title>Sign in</title></html>')).toMatchObject({
      message: 'HTTP 200: A page instead of an answer: Sign in',
    });
    expect(read(200, '')).toMatchObject({ message: 'HTTP 200 without a body' });
    expect(read(200, {})).toMatchObject({ message: 'HTTP 200 without a word' });
    expect(read(200, { elements: [OK] })).toMatchObject({ message: 'HTTP 200 with 1 elements' });
    expect(read(200, { elements: [null, OK, OK] })).toMatchObject({ message: expect.stringContaining('1 of 3') });
  });
});

describe('L4: values that an answer echoes', () => {
  const PERSON = {
    firstName: 'Zyxfirst',
    lastName: 'O’Zéphyr-Lund',
    companyName: 'Qwert Üniverse GmbH',
    title: 'Chief Vexer',
  };
  const EMAIL_HASH = '836f82db99121b3481011f16b49dfa5fbc714a0d1b1b9f784a1ebbbf5b39577f';
  const CLICK = 'df5gf5-gh6t7-ph4j7h-fgf6n1';
  const element = JSON.stringify({
    conversion: 'urn:lla:llaPartnerConversion:1',
    user: {
      userIds: [
        { idType: 'SHA256_EMAIL', idValue: EMAIL_HASH },
        { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: CLICK },
      ],
      userInfo: PERSON,
      externalIds: ['crm-4242-xyz'],
    },
  });
  const VALUES = [...Object.values(PERSON), EMAIL_HASH, CLICK, 'crm-4242-xyz'];

  const kept = async (status: number, body: string): Promise<string> => {
    const { response } = await sendConversions(
      { apiUrl: 'https://api.linkedin.com', token: 'AQXtoken-of-somebody', version: '202609', elements: [element] },
      { fetch: async () => new Response(body, { status }), now: () => NOW },
    );
    return JSON.stringify(
      response.kind === 'accepted' || response.kind === 'elements_refused'
        ? [
            response,
            ...(response.kind === 'accepted' ? [...response.refused, ...response.deferred] : response.elements),
          ]
        : response,
    );
  };

  /** A text that echoes a value, cut in its middle, in each shape that LinkedIn or a proxy may send. */
  const SHAPES: readonly [name: string, status: number, body: (cut: string) => string][] = [
    ['a message', 422, (cut) => JSON.stringify({ message: `Cannot read {"firstName":"${cut}` })],
    ['a message that ends in dots', 400, (cut) => JSON.stringify({ message: `value: ${cut}...` })],
    ['a message that says it was cut', 400, (cut) => JSON.stringify({ message: `value ${cut} (truncated)` })],
    ['a description', 400, (cut) => JSON.stringify(detailed(inputError(`Not allowed: ${cut}`)))],
    ['two descriptions', 400, (cut) => JSON.stringify(detailed(inputError(`a ${cut}`), inputError('b')))],
    ['a description for an element', 400, (cut) => JSON.stringify(detailed(inputError(`a ${cut}`, 'elements/0')))],
    ['a field path', 400, (cut) => JSON.stringify(detailed(inputError('bad', `user/${cut}`)))],
    ['a message for an element', 422, (cut) => JSON.stringify({ message: `Index: 0, ERROR :: /x :: ${cut}` })],
    [
      'an element of a 200',
      200,
      (cut) => JSON.stringify({ elements: [{ status: 400, error: { message: `no ${cut}` } }] }),
    ],
    ['a truncated answer', 400, (cut) => `{"status":400,"message":"Bad value ${cut}`],
    ['truncated JSON inside JSON', 400, (cut) => `{"message":"{\\"firstName\\":\\"${cut}`],
    ['an HTML page', 403, (cut) => `<html><body><p>${cut}</p></body></html>`],
    ['a truncated HTML page', 403, (cut) => `<html><body><p>Not ${cut}`],
    ['plain text', 403, (cut) => `Refused: ${cut}`],
    ['a 200 with an HTML page', 200, (cut) => `<html>${cut}`],
    ['an unknown status', 409, (cut) => JSON.stringify({ error: { message: `conflict with ${cut}` } })],
    ['an outage', 503, (cut) => `upstream refused ${cut}`],
  ];

  it.each(SHAPES)('in %s are removed, wherever they are cut', async (_name, status, body) => {
    for (const value of VALUES)
      for (const length of [4, 5, Math.ceil(value.length / 2), value.length - 1, value.length]) {
        const cut = value.slice(0, length);
        expect(await kept(status, body(cut))).not.toContain(JSON.stringify(cut).slice(1, -1));
      }
  });

  it('never appear as a code either', async () => {
    const body = JSON.stringify({ code: 'Zyxfirst', message: 'x' });

    expect(await kept(400, body)).not.toContain('Zyxfirst');
  });

  it('are removed without touching LinkedIn’s own words', () => {
    expect(redact('Conversion time should be within 90 days', new Set(VALUES))).toBe(
      'Conversion time should be within 90 days',
    );
  });
});
