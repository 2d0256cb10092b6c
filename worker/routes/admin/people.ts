import { Hono } from 'hono';

import { leadSpellings } from '../../domain/hooks/lead-spellings.ts';
import { emailSha256 } from '../../domain/identity/email.ts';
import { withDomainSpellings } from '../../domain/identity/email/domain-spellings.ts';
import { leadUrnIn } from '../../domain/identity/partner-id.ts';
import { NAMELESS, personTagger } from '../../domain/identity/person-tags.ts';
import { sensibleId } from '../../domain/identity/sensible-id.ts';
import type { Env } from '../../env.ts';
import { EraseRequest } from '../../schema/reports/erase.ts';
import { keyRingOf } from '../http/key-ring.ts';
import { Problem } from '../http/problem.ts';
import type { AdminEnv } from './env.ts';
import { readInput } from './input.ts';

const SOURCES_A_PAGE = 100;

/** `/v1/admin/people`: requests on behalf of a person, such as erasure. */
export function adminPeople(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.post('/erase', async (c) => {
    const input = await readInput(c, EraseRequest);
    const { email, user_id: userId, anonymous_id: anonymousId, lead_id: leadId } = input;
    const spellings = email === undefined ? [] : withDomainSpellings(email);
    const read = await Promise.all(spellings.map((spelling) => emailSha256(spelling)));
    const hashes = [...new Set(read.filter((each) => each !== undefined))];
    if (email !== undefined && hashes.length === 0)
      throw new Problem('field_invalid', 'Cannot use /email: expected an e-mail address, or its SHA-256', {
        fields: [{ pointer: '/email', detail: 'expected an e-mail address, or its SHA-256' }],
      });
    const leadUrn = leadUrnIn(leadId);
    if (leadId !== undefined && leadUrn === undefined)
      throw new Problem('field_invalid', 'Cannot use /lead_id: expected the ID or URN of a lead form response', {
        fields: [{ pointer: '/lead_id', detail: 'expected the ID or URN of a lead form response' }],
      });
    checkId('/user_id', userId);
    checkId('/anonymous_id', anonymousId);
    const keyRing = keyRingOf(c.env.ENCRYPTION_KEY);
    if (keyRing.length === 0)
      throw new Problem(
        'encryption_key_missing',
        'Cannot search for the person: waiting data is tagged with ENCRYPTION_KEY, which is missing.',
      );
    const tagsOf = await personTagger(keyRing);
    const leads = leadUrn === undefined ? [] : leadSpellings(leadUrn);
    const tags = await Promise.all([
      tagsOf({ ...NAMELESS, userId, anonymousId }),
      ...hashes.map((each) => tagsOf({ ...NAMELESS, emailSha256: each })),
      ...leads.map((spelling) => tagsOf({ ...NAMELESS, leadUrn: spelling })),
    ]);
    return c.json(await eraseEverywhere(c.env, tags.flat(), c.get('principal').sourceIds));
  });

  return routes;
}

/** An ID that identifies nobody matches no events, so an erasure by it would only seem to have worked. */
function checkId(pointer: string, id: string | undefined): void {
  if (id === undefined || sensibleId(id) !== undefined) return;
  const detail = 'expected the ID of one person, not a placeholder, a word for nothing, or all zeros';
  throw new Problem('field_invalid', `Cannot use ${pointer}: ${detail}`, { fields: [{ pointer, detail }] });
}

/**
 * Erases a person in all sources that the caller may see, because the person may have visited several sites of the same
 * owner.
 */
async function eraseEverywhere(
  env: Env,
  tags: readonly string[],
  only: readonly string[] | undefined,
): Promise<{ erased: number; sources: number }> {
  let erased = 0;
  let sources = 0;
  let after: string | undefined;
  do {
    const page = await env.REGISTRY.getByName('registry').sources({ limit: SOURCES_A_PAGE, after, only });
    const counts = await Promise.all(
      page.map(async ({ id }) => {
        // Imports come first, so that none of their rows reaches the outbox afterwards.
        await env.IMPORTS.getByName(id).erase(tags);
        return env.OUTBOX.getByName(id).erasePerson(tags, 'erased_on_request');
      }),
    );
    erased += counts.reduce((sum, count) => sum + count, 0);
    sources += page.length;
    after = page.length === SOURCES_A_PAGE ? page.at(-1)?.id : undefined;
  } while (after !== undefined);
  return { erased, sources };
}
