import {
  assert,
  constantFrom,
  emailAddress,
  integer,
  ipV4,
  ipV6,
  oneof,
  pre,
  property,
  record,
  string,
  stringMatching,
  uuid,
} from 'fast-check';
import { describe, expect, it } from 'vitest';

import { redact } from '../../../worker/linkedin/errors/redact.ts';

describe("LinkedIn's messages", () => {
  it.each([
    'ERROR :: /conversionValue/amount :: field is required but not found and has no default value',
    'ERROR :: /foo :: unrecognized field found but not allowed',
    'ERROR :: /user/userIds/0/idType :: "AXCIOM_ID" is not an enum symbol',
    'ERROR :: /conversion :: Invalid Urn format. Invalid prefix.',
    'Conversion time should be within 90 days and not exceed current time, indices [0, 3] (0-indexed).',
    'No ad accounts found',
    'Not enough permissions to access: conversionEvents.CREATE.20260901',
    'The request must contain one of these fields: SHA256_EMAIL or (firstName and lastName)',
  ])('stay unchanged when they contain no personal data: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each([
    [
      'ERROR :: /conversionValue/amount :: 19.9 cannot be coerced to String',
      'ERROR :: /conversionValue/amount :: <value> cannot be coerced to String',
    ],
    [
      'ERROR :: /user/userInfo/firstName :: John F. Doe cannot be coerced to String',
      'ERROR :: /user/userInfo/firstName :: <value> cannot be coerced to String',
    ],
    ['ERROR :: /x :: "john" is not an enum symbol', 'ERROR :: /x :: "<value>" is not an enum symbol'],
    ['The value "John Doe" is too long', 'The value "<value>" is too long'],
    ["no such member o'brien@example.com", 'no such member <e-mail>'],
    ['token AQXdSP_W41_UPs5ioT_t8HESyODB4FqbkJ8LrV_5mff4gPODzOYR is bad', 'token <token> is bad'],
    ['Bearer abc.def.ghi', 'Bearer <token>'],
  ])('lose the values that they echo: %s', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  it('leak no value that was sent, wherever LinkedIn quotes it', () => {
    const aSecret = oneof(
      emailAddress(),
      stringMatching(/^[0-9a-f]{64}$/),
      stringMatching(/^[0-9A-F]{64}$/),
      ipV4(),
      // The shortest addresses, such as "::1", identify nobody.
      ipV6().filter((ip) => ip.length > 8),
      uuid(),
      stringMatching(/^AQ[A-Za-z0-9_-]{60,400}$/),
    );
    const quoted = (secret: string) =>
      constantFrom(
        `ERROR :: /user/userIds/0/idValue :: ${secret} cannot be coerced to String`,
        `ERROR :: /user/userIds/0/idType :: "${secret}" is not an enum symbol`,
        `Index: 3, ERROR :: /user/userIds/0/idValue :: "${secret}" is not valid\nERROR :: /x :: field is required`,
        `The value ${secret} is not known, indices [0] (0-indexed).`,
        `{field=email, batchIndex=0, message=value ${secret}}`,
        `id_${secret}_`,
        `<html><body>${secret}</body></html>`,
        secret,
      );

    assert(
      property(
        aSecret.chain((secret) => record({ secret: constantFrom(secret), text: quoted(secret) })),
        ({ secret, text }) => !redact(text).includes(secret),
      ),
      { numRuns: 500 },
    );
  });

  it('leak no name that LinkedIn quotes', () => {
    assert(
      property(stringMatching(/^[A-Z][a-z]{3,20}( [A-Z][a-z]{3,20}){0,2}$/), (name) => {
        expect(redact(`ERROR :: /user/userInfo/firstName :: ${name} cannot be coerced to String`)).not.toContain(name);
        expect(redact(`ERROR :: /user/userInfo/firstName :: "${name}" is too long`)).not.toContain(name);
      }),
    );
  });

  it('leak nothing when they are cut off', () => {
    const email = 'john.doe@example.com';

    for (let before = 4_000; before < 4_100; before += 1)
      expect(redact(`${'"x" '.repeat(before / 4)}${'y'.repeat(before % 4)} ${email}`)).not.toMatch(/john|doe/);
  });

  it('are short, and are searched fast', () => {
    const megabyte = 1024 * 1024;

    const redacted = ['a', 'a@', '"', ':: a', '1.', 'AQ', 'a-', ' "" ', '0', 'f:'].map((part) =>
      redact(part.repeat(megabyte / part.length)),
    );

    // It took more than a minute before the text was cut. The test's time limit is the assertion.
    for (const text of redacted) expect(text.length).toBeLessThanOrEqual(512);
  });

  it('may have any content', () => {
    assert(property(string({ unit: 'binary', maxLength: 600 }), (text) => redact(text).length <= 512));
  });
});

describe("LinkedIn's messages about sent values", () => {
  const sent = new Set(['Jo', 'O.Neil (jr)', 'click-1', 'click-11', 'Müller', 'CEO', 'C++/C#', '']);

  it.each([
    ['nobody is known by Jo O.Neil (jr)', 'nobody is known by <value> <value>'],
    ['Jo is no Joke', '<value> is no Joke'],
    ['MÜLLER, ceo of C++/C#', '<value>, <value> of <value>'],
    ['click-11 and click-1', '<value> and <value>'],
    ['no value of anybody', 'no value of anybody'],
  ])('lose the values, in any form: %s', (text, redacted) => {
    expect(redact(text, sent)).toBe(redacted);
  });

  it('lose any value, whatever characters it has', () => {
    assert(
      property(string({ minLength: 6, unit: 'binary' }), (value) => {
        if ('nobody is known by <value>, at all'.includes(value.toLowerCase())) return;
        expect(redact(`nobody is known by ${value}, at all`, new Set([value]))).not.toContain(value);
      }),
    );
  });
});

// Case L4.
describe("LinkedIn's truncated messages", () => {
  const sent = new Set(['Zyxfirstname', 'O\'Neill "Ann" Müller', 'jane.doe@example.com', 'Acme GmbH & Co. KG']);

  it.each([
    ['{"user":{"userInfo":{"firstName":"Zyxfi', '{"<value>":{"<value>":{"<value>":"<value>'],
    ['no such person: Zyxfi', 'no such person: <value>'],
    ['no such person: zyxFI...', 'no such person: <value>...'],
    ['no such person: Zyx… [truncated]', 'no such person: <value>… [truncated]'],
    ['no such company: Acme GmbH &', 'no such company: <value>'],
    ['first: Zyxfi\nERROR :: /foo :: unrecognized field', 'first: <value>\nERROR :: /foo :: unrecognized field'],
  ])('lose the start of a value: %s', (text, redacted) => {
    expect(redact(text, sent)).toBe(redacted);
  });

  it('keep a word that starts like a value by chance and continues differently', () => {
    const text = 'ERROR :: /foo :: unrecognized field found but not allowed';

    expect(redact(text, new Set(['unrecognised Ltd', 'founders']))).toBe(text);
  });

  it('keep no four characters from the start of a value, wherever they were cut', () => {
    const value = oneof(
      stringMatching(/^[A-Z][a-z]{3,20}( [A-Z][a-z]{3,20}){0,2}$/),
      emailAddress(),
      string({ minLength: 5, maxLength: 40, unit: 'grapheme' }),
      stringMatching(/^[\w.-]{8,60}$/),
    );
    const echo = constantFrom<(told: string) => string>(
      (told) => `ERROR :: /user/userInfo/firstName :: ${told} cannot be coerced to String`,
      (told) => `{"message":"no member for {\\"firstName\\":${JSON.stringify(JSON.stringify(told))}, indices [0]"}`,
      (told) =>
        `Index: 3, ERROR :: /user/userIds/0/idValue :: "${told}" is not valid\nERROR :: /x :: field is required`,
      (told) => `{"elements":[{"user":{"userInfo":{"firstName":${JSON.stringify(told)}}}}]}`,
      (told) => `The value ${told} is not known, indices [0] (0-indexed).`,
      (told) => `GET /people?q=${told.isWellFormed() ? encodeURIComponent(told) : 'x'}&more=1 failed`,
    );
    const end = constantFrom('', '...', '…', ' …', '" }', ' [truncated]', '\nERROR :: /x :: field is required');
    assert(
      property(record({ told: value, other: value, echo, at: integer({ min: 0, max: 200 }), end }), (given) => {
        const beginning = given.told.slice(0, 4).toLowerCase();
        const around = `${given.echo('§')}${given.end}<value><e-mail><token><hash>`.toLowerCase();
        pre(!around.includes(beginning) && given.told.trim() === given.told && !/[\n\r]/.test(given.told));
        const text = `${given.echo(given.told).slice(0, given.at)}${given.end}`;

        expect(redact(text, new Set([given.told, given.other])).toLowerCase()).not.toContain(beginning);
      }),
      { numRuns: 5_000 },
    );
  });
});
