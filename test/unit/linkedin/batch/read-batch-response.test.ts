import { array, assert, constantFrom, integer, json, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readBatchResponse } from '../../../../worker/linkedin/batch/read-batch-response.ts';
import { NOW } from '../../support/an-event.ts';

const answer = (status: number, body: unknown, { batchSize = 10, headers = {} } = {}) =>
  readBatchResponse(
    { status, headers: new Headers(headers), text: typeof body === 'string' ? body : JSON.stringify(body) },
    { batchSize, nowMs: NOW },
  );

/** Returns the elements that an answer blames, as far as it names any. */
const blamedBy = (given: ReturnType<typeof readBatchResponse>) =>
  given.kind === 'elements_refused' ? [...given.elements.keys()] : given.kind;

const message = (text: string, status = 422) => ({ message: text, status });

const REQUIRED = 'field is required but not found and has no default value';

describe('an answer that blames no event', () => {
  it.each([
    [201, '', 0],
    [201, {}, 2],
    [200, { elements: [{ status: 201 }, { status: 201 }] }, 0],
    [200, '<html>login</html>', 2],
    [200, '{"elements":[', 2],
    [200, { elements: 'x' }, 2],
    [200, { elements: [] }, 2],
    // The list is longer than the batch, so its entries can't be matched to events.
    [200, { elements: [{ status: 201 }, { status: 400 }, { status: 201 }] }, 2],
  ])('means that the batch was accepted: %i %j, with %i unconfirmed', (status, body, unconfirmed) => {
    const given = answer(status, body, { batchSize: 2 });

    expect(given).toMatchObject({ kind: 'accepted', refused: new Map(), deferred: new Map() });
    expect(given.kind === 'accepted' && given.unconfirmed.size).toBe(unconfirmed);
  });

  it.each([
    [
      401,
      { status: 401, serviceErrorCode: 65600, code: 'INVALID_ACCESS_TOKEN', message: 'Invalid access token' },
      false,
    ],
    [401, { status: 401, serviceErrorCode: 65602, code: 'EXPIRED_ACCESS_TOKEN', message: 'expired' }, false],
    [401, { status: 401, serviceErrorCode: 65601, code: 'REVOKED_ACCESS_TOKEN', message: 'revoked' }, true],
    [401, { status: 401, serviceErrorCode: 65601, message: 'revoked' }, true],
    [401, '', false],
  ])('is about the token: %i %j', (status, body, isRevoked) => {
    expect(answer(status, body)).toMatchObject({ kind: 'token_refused', isRevoked });
  });

  it.each([
    [403, message('No ad accounts found', 403), { kind: 'rule_refused', reason: 'rule_unknown' }],
    [
      400,
      message(
        "Incorrect conversions information provided. Conversion's method should be CONVERSIONS_API, indices [0] (0-indexed)",
      ),
      { kind: 'rule_refused', reason: 'rule_wrong_method' },
    ],
    [
      400,
      message(
        "Invalid Conversion information provided, this event(s) is associated to a conversion that's marked as deleted. Conversion enabled should be true",
      ),
      { kind: 'rule_refused', reason: 'rule_disabled' },
    ],
    [
      403,
      { status: 403, serviceErrorCode: 100, code: 'ACCESS_DENIED', message: 'Not enough permissions' },
      { kind: 'access_refused' },
    ],
    // A message that names no scope, role, token or app may be about the rule.
    [403, '', { kind: 'refused_unknown' }],
    [400, { status: 400, code: 'VERSION_MISSING', message: 'A version must be present.' }, { kind: 'version_sunset' }],
    [426, { status: 426, code: 'NONEXISTENT_VERSION', message: 'not active' }, { kind: 'version_sunset' }],
    [413, '', { kind: 'batch_too_large' }],
    [400, message('Too many elements in the batch'), { kind: 'batch_too_large' }],
    [
      422,
      message('Index: 0, ERROR :: /user/userIds/0/idType :: "ORACLE_MOAT_ID" is not an enum symbol\n'),
      { kind: 'id_types_refused', idTypes: ['ORACLE_MOAT_ID'] },
    ],
  ])('is about the whole batch or more: %i %j', (status, body, expected) => {
    expect(answer(status, body)).toMatchObject(expected);
  });

  it.each([
    [{}, undefined],
    [{ 'Retry-After': '30' }, 30_000],
    [{ 'Retry-After': 'banana' }, undefined],
  ])('asks us to wait after a 429 with %j', (headers, retryAfterMs) => {
    expect(answer(429, message('throttle limit'), { headers })).toEqual({
      kind: 'throttled',
      retryAfterMs,
      message: 'throttle limit',
    });
  });

  it.each([404, 405, 409, 301, 302])('may be about the rule, and fails no event: %i', (status) => {
    expect(answer(status, '<html>Not here</html>')).toMatchObject({ kind: 'refused_unknown', status });
  });

  it.each([500, 502, 503, 504, 408, 100, 999])(
    "is a fault on LinkedIn's side, and everything is sent again: %i",
    (status) => {
      expect(answer(status, '<html>Bad gateway</html>')).toMatchObject({ kind: 'unavailable' });
    },
  );

  it.each(['', 'x', '<html>', '{}', '[]', 'null', '{"message":7}', '{"message":"something new"}'])(
    'starts a search for the culprit when a 422 names no event: %s',
    (text) => {
      expect(answer(422, text)).toMatchObject({ kind: 'batch_refused' });
    },
  );
});

describe('an answer that blames events', () => {
  it.each([
    [
      422,
      `Index: 0, ERROR :: /conversionValue/amount :: ${REQUIRED}\nERROR :: /user/userInfo/firstName :: ${REQUIRED}\n`,
      [0],
    ],
    [422, `Index: 2, ERROR :: /a :: x\nIndex: 7, ERROR :: /b :: y\nERROR :: /c :: z\n`, [2, 7]],
    [
      400,
      'Conversion time should be within 90 days and not exceed current time, indices [0, 3, 7] (0-indexed).',
      [0, 3, 7],
    ],
    [400, 'Conversion time should be within 90 days, indices [4] (0-indexed).', [4]],
    [
      400,
      'Validation failed because [{field=A, batchIndex=1, type=T, message=M}, {field=A, batchIndex=3, type=T}]',
      [1, 3],
    ],
    [422, `Index: 9, ERROR :: x\nIndex: 10, ERROR :: y\nIndex: 999, ERROR :: z`, [9]],
    [422, 'Index: 999, ERROR :: x', 'batch_refused'],
    [422, 'Index: -1, ERROR :: x', 'batch_refused'],
    [422, 'Index: 99999999999999999999, ERROR :: x', 'batch_refused'],
    [400, 'indices []', 'batch_refused'],
    [400, 'indices [abc]', 'batch_refused'],
    [400, 'indices [ ]', 'batch_refused'],
    [400, 'indices [,]', 'batch_refused'],
    [400, 'indices [1,,2]', [1, 2]],
  ])('names the events that LinkedIn names: %i %s', (status, text, expected) => {
    expect(blamedBy(answer(status, message(text, status)))).toEqual(expected);
  });

  it('gives each event its own message, without personal values', () => {
    const given = answer(
      422,
      message(
        'Index: 0, ERROR :: /user/userIds/0/idValue :: john.doe@example.com cannot be coerced to String\nERROR :: /x :: bad\n' +
          'Index: 1, ERROR :: /conversion :: Invalid Urn format. Invalid prefix.\n',
      ),
    );

    expect(given).toMatchObject({
      kind: 'elements_refused',
      elements: new Map([
        [0, 'ERROR :: /user/userIds/0/idValue :: <value> cannot be coerced to String\nERROR :: /x :: bad'],
        [1, 'ERROR :: /conversion :: Invalid Urn format. Invalid prefix.'],
      ]),
    });
  });

  it('may name single elements of a batch that LinkedIn accepted', () => {
    const elements = [{ status: 201 }, { status: 400, error: { message: 'bad a@b.c' } }, null, { status: 500 }, {}];

    expect(answer(200, { elements }, { batchSize: 5 })).toMatchObject({
      kind: 'accepted',
      unconfirmed: new Set([2, 4]),
      refused: new Map([[1, 'bad <e-mail>']]),
      deferred: new Map([[3, 'status 500']]),
    });
  });

  it.each([
    [undefined, 'refused'],
    [300, 'deferred'],
    [302, 'deferred'],
    [400, 'refused'],
    [404, 'refused'],
    [408, 'deferred'],
    [409, 'refused'],
    [422, 'refused'],
    [429, 'deferred'],
    [499, 'refused'],
    [500, 'deferred'],
    [503, 'deferred'],
    [599, 'deferred'],
  ] as const)('says whether a single element with status %s goes again: it is %s', (status, kind) => {
    const given = answer(
      200,
      { elements: [{ ...(status !== undefined && { status }), error: { message: 'm' } }] },
      { batchSize: 1 },
    );

    expect(given).toMatchObject({
      kind: 'accepted',
      refused: new Map(),
      deferred: new Map(),
      [kind]: new Map([[0, 'm']]),
    });
  });

  it('with five thousand events is read as fast as one with a single event', () => {
    const all = Array.from({ length: 5_000 }, (_, index) => index);

    const byIndices = answer(400, message(`indices [${all.join(', ')}] (0-indexed).`), { batchSize: 5_000 });
    const byLines = answer(422, message(all.map((index) => `Index: ${index}, ERROR :: /x :: ${REQUIRED}\n`).join('')), {
      batchSize: 5_000,
    });

    expect(blamedBy(byIndices)).toEqual(all);
    expect(blamedBy(byLines)).toEqual(all);
  });
});

describe('any answer at all', () => {
  const aStatus = oneof(
    constantFrom(200, 201, 400, 401, 403, 404, 413, 422, 426, 429, 500),
    integer({ min: 200, max: 599 }),
  );
  const linkedInLike = array(
    oneof(
      integer({ min: -5, max: 50 }).map((index) => `Index: ${index}, ERROR :: /x :: y\n`),
      array(integer({ min: -5, max: 50 })).map((list) => `indices [${list.join(', ')}]`),
      integer({ min: -5, max: 50 }).map((index) => `{batchIndex=${index}, type=T}`),
      string(),
    ),
  ).map((parts) => parts.join(''));
  const aText = oneof(
    string(),
    json(),
    linkedInLike,
    linkedInLike.map((text) => JSON.stringify({ message: text })),
    array(
      oneof(
        integer({ min: 100, max: 599 }).map((status) => ({ status })),
        constantFrom(null, {}, 1, 'x'),
      ),
    ).map((elements) => JSON.stringify({ elements })),
  );

  it('is read without throwing, and blames only events of the batch', () => {
    assert(
      property(aStatus, aText, integer({ min: 1, max: 20 }), (status, text, batchSize) => {
        const given = readBatchResponse({ status, headers: new Headers(), text }, { batchSize, nowMs: NOW });

        const blamed =
          given.kind === 'elements_refused'
            ? given.elements
            : given.kind === 'accepted'
              ? new Map([...given.refused, ...given.deferred])
              : new Map();
        // An empty list of blamed events would make the batch repeat for ever.
        expect(given.kind === 'elements_refused' && given.elements.size === 0).toBe(false);
        for (const index of blamed.keys()) {
          expect(Number.isInteger(index)).toBe(true);
          expect(index).toBeGreaterThanOrEqual(0);
          expect(index).toBeLessThan(batchSize);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
