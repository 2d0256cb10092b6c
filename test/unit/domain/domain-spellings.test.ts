import fc from 'fast-check';
import { expect, it } from 'vitest';

import { withDomainSpellings } from '../../../worker/domain/identity/email/domain-spellings.ts';

it.each([
  ['j@müller.de', 'j@xn--mller-kva.de'],
  ['j@mail.bücher.example', 'j@mail.xn--bcher-kva.example'],
  ['j@例え.テスト', 'j@xn--r8jz45g.xn--zckzah'],
  ['j@пример.рф', 'j@xn--e1afmkfd.xn--p1ai'],
  ['J <j@straße.de>', 'J <j@xn--strae-oqa.de>'],
])('%s and %s are two spellings of one address', (own, ascii) => {
  expect(withDomainSpellings(own)).toEqual([own, ascii]);
  expect(withDomainSpellings(ascii)).toEqual([ascii, own]);
});

it.each(['j@firm.de', 'j@xn--.de', 'j@xn--!.de', 'j@xn--99999999999.de', 'no address', 'f'.repeat(64), 'j@'])(
  '%s has no other spelling',
  (text) => {
    expect(withDomainSpellings(text)).toEqual([text]);
  },
);

it('each domain in its own letters is found by the platform’s own ASCII', () => {
  const letters = fc.string({
    unit: fc.constantFrom(...Array.from('aüßéñ例えテрпåøđżçğ한글')),
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(letters, (label) => {
      const own = `j@${label}.de`;
      const ascii = `j@${new URL(`http://${label}.de`).hostname}`;

      expect(withDomainSpellings(ascii)).toContain(own);
    }),
  );
});
