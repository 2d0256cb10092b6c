/** B8: nothing of one person is mixed with anything of another, whatever they say, in any spelling and order. */
import fc from 'fast-check';
import { expect, it } from 'vitest';

import { completedElement } from '../../../worker/domain/delivery/completed-element.ts';
import { identityOf } from '../../../worker/domain/identity/identity.ts';
import { joinedIdentity } from '../../../worker/domain/identity/joined-identity.ts';
import { PeopleOfRequest } from '../../../worker/domain/identity/people-of-request.ts';
import type { Event } from '../../../worker/schema/events/event.ts';
import { aPage, aTrack, anIdentify, NOW } from '../support/an-event.ts';

const ANN = {
  email: 'ann@ann.example',
  firstName: 'Ann',
  lastName: 'Annson',
  company: 'Anns',
  jobTitle: 'Anns CTO',
  country: 'AT',
};
const BOB = {
  email: 'bob@bob.example',
  firstName: 'Bob',
  lastName: 'Bobson',
  company: 'Bobs',
  jobTitle: 'Bobs CEO',
  country: 'BE',
};
type Person = typeof ANN;

/** Some of a person's traits, with the e-mail in one of its spellings. */
const traitsOf = (person: Person) =>
  fc
    .record({
      names: fc.boolean(),
      rest: fc.subarray(['company', 'jobTitle', 'country'] as const),
      email: fc.option(
        fc.constantFrom<Record<string, unknown>>(
          { email: person.email },
          { email: ` ${person.email.toUpperCase()}` },
          { Email: person.email },
          { EMAIL: person.email },
          { emailAddress: person.email },
          { 'e-mail': person.email },
          { user_email: person.email },
          { mail: person.email },
          { email: [person.email] },
          { email: [person.email, `other-${person.email}`] },
          { emails: [person.email, `other-${person.email}`] },
          { email: person.email.replace('@', '＠') },
          { email: { value: person.email } },
          { email: `${person.email}, other-${person.email}` },
          { email: person.email.replace('@', ' at ') },
          { customer: { email: person.email } },
          { contact: { Email: person.email } },
        ),
      ),
    })
    .map(({ names, rest, email }) => ({
      ...(names && { firstName: person.firstName, lastName: person.lastName }),
      ...Object.fromEntries(rest.map((name) => [name, person[name]])),
      ...email,
    }));

const eventOf = (person: Person, type: 'identify' | 'track' | 'page'): fc.Arbitrary<Event> =>
  fc
    .record({
      traits: traitsOf(person),
      place: fc.constantFrom('properties', 'traits', 'context'),
      userId: fc.option(fc.constantFrom(person.email, person.email.replace('@', '%40'), `user-${person.firstName}`)),
    })
    .map(({ traits, place, userId }) => {
      const id = userId === null ? {} : { userId };
      if (type === 'identify') return anIdentify(traits, id);
      const said = place === 'context' ? { context: { traits } } : { [place]: traits };
      return type === 'track' ? aTrack({ ...said, ...id }) : aPage({ ...said, ...id });
    });

/** An `identify` without an e-mail adds to the browser's current identity. */
const isTelling = (event: Event): boolean => event.type !== 'identify' || typeof event.traits['email'] === 'string';

const anEvent = fc
  .tuple(fc.constantFrom(ANN, BOB), fc.constantFrom('identify' as const, 'track' as const, 'page' as const))
  .chain(([person, type]) => eventOf(person, type))
  .filter(isTelling);

const requests = fc.record({
  events: fc.array(fc.record({ event: anEvent, isNewRequest: fc.boolean() }), { minLength: 2, maxLength: 6 }),
  isServer: fc.boolean(),
});

async function markOf(person: Person): Promise<RegExp> {
  const { emailSha256 = '' } = await identityOf(anIdentify({ email: person.email }));
  return new RegExp(`${emailSha256}|${person.firstName}|"${person.country}"`, 'u');
}

it("keeps two people's fields apart, within a request and between requests", async () => {
  const [anns, bobs] = [await markOf(ANN), await markOf(BOB)];

  await fc.assert(
    fc.asyncProperty(requests, async ({ events, isServer }) => {
      let people = new PeopleOfRequest({ identity: {}, click: undefined, liFatId: undefined }, { isServer });
      for (const { event, isNewRequest } of events) {
        if (isNewRequest && !isServer) people = new PeopleOfRequest(people.browser, { isServer });
        const own = await identityOf(event);
        const { identity } = await people.personOf(event, own, { happenedAtMs: NOW });
        const { userId: _id, ...sent } = identity;
        const text = JSON.stringify(sent);
        expect([anns.test(text) && bobs.test(text), text]).toEqual([false, text]);
      }
    }),
    { numRuns: 3_000 },
  );
});

it("never completes a waiting conversion with another person's e-mail", async () => {
  const [anns, bobs] = [await markOf(ANN), await markOf(BOB)];

  await fc.assert(
    fc.asyncProperty(eventOf(BOB, 'track'), eventOf(ANN, 'identify'), async (event, later) => {
      const identity = await identityOf(event);
      const late = await identityOf(later);
      const element = await completedElement(
        {
          ruleId: '1001',
          hashNames: false,
          fillable: ['email', 'userInfo'],
          facts: {
            happenedAtMs: NOW,
            eventId: 'order-1',
            value: undefined,
            identity,
            clickId: 'a-click',
            ip: undefined,
            externalId: undefined,
          },
        },
        late,
      );
      const text = JSON.stringify(element);
      expect([anns.test(text) && bobs.test(text), text]).toEqual([false, text]);
    }),
    { numRuns: 2_000 },
  );
});

it('adds nothing from another person to what an event says', async () => {
  const anyEvent = fc.constantFrom('identify' as const, 'track' as const, 'page' as const);

  await fc.assert(
    fc.asyncProperty(
      anyEvent.chain((type) => eventOf(ANN, type)),
      anyEvent.chain((type) => eventOf(BOB, type)),
      fc.boolean(),
      async (anns, bobs, isIdentify) => {
        const [known, own] = [await identityOf(anns), await identityOf(bobs)];
        expect(joinedIdentity(known, own, { likeness: 'somebody_else', isIdentify })).toEqual(own);
      },
    ),
    { numRuns: 300 },
  );
});
