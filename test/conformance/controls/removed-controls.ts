/**
 * The threats that the controls in SECURITY.md stop. Each entry removes one control from the code, and names a test
 * that must then fail. `npm run prove:controls` tries them all.
 */
export type RemovedControl = {
  /** The row of SECURITY.md. */
  row: string;
  /** The code's behaviour without the control. */
  without: string;
  /** Below `worker/`. */
  file: string;
  /** Occurs in the file exactly once. */
  find: string;
  replace: string;
  test: {
    /** Below `test/`; the row names it. */
    file: string;
    /** Part of a test's title, as written in the file. */
    title: string;
  };
};

export const REMOVED_CONTROLS: readonly RemovedControl[] = [
  {
    row: 'T1',
    without: 'stores all facts of an event, however many there are',
    file: 'domain/collect/storage-budget.ts',
    find: 'return onPages(row) + index + onPages(consent) <= BYTES_PER_BYTE * sent + BYTES_PER_EVENT;',
    replace: 'return true;',
    test: { file: 'unit/routes/stored-bytes.test.ts', title: 'is stored within its budget' },
  },
  {
    row: 'T1',
    without: 'accepts any number of consent categories',
    file: 'domain/consent/read-consent.ts',
    find: 'if (names.size > MAX_CATEGORIES)',
    replace: 'if (names.size > Infinity)',
    test: {
      file: 'unit/routes/consent-limit.test.ts',
      title: 'beside a batch are refused together with the batch, and nothing is stored',
    },
  },
  {
    row: 'T2',
    without: 'reads batches of any length',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'const maxChars = Math.floor(MAX_BATCHES_CHARS / (runs.size + starting.length));',
    replace: 'const maxChars = Number.MAX_SAFE_INTEGER;',
    test: { file: 'faults/memory-limits.test.ts', title: 'is sent completely, in requests of less than 4 MB' },
  },
  {
    row: 'T3',
    without: 'stores page views above 4 GB too',
    file: 'objects/outbox/intake/intake.ts',
    find: "if (wanted.length === 0) return 'skipped';",
    replace: '',
    test: { file: 'faults/outbox-full.test.ts', title: 'counts events without a delivery by name and reason' },
  },
  {
    row: 'T4',
    without: 'counts any number of names',
    file: 'objects/event-store/ledger-names.ts',
    find: 'if (this.#known.size >= MOST_NAMES[rank]) return OTHER_NAMES;',
    replace: '',
    test: {
      file: 'faults/too-many-names.test.ts',
      title: "is used in order of arrival, up to each kind's limit, and is stored in the database",
    },
  },
  {
    row: 'T4',
    without: 'lets unmapped names use the whole limit',
    file: 'objects/event-store/ledger-names.ts',
    find: '{ named: 1_000, fired: 800, unwanted: 500 }',
    replace: '{ named: 1_000, fired: 1_000, unwanted: 1_000 }',
    test: {
      file: 'faults/too-many-names.test.ts',
      title: "is used in order of arrival, up to each kind's limit, and is stored in the database",
    },
  },
  {
    row: 'T5',
    without: 'returns lists of any length',
    file: 'objects/outbox/reports/event-history.ts',
    find: 'if (chars > MAX_LIST_CHARS && events.length > 0) break;',
    replace: '',
    test: { file: 'unit/routes/long-rows.test.ts', title: 'are all checked again, as many per call as fit' },
  },
  {
    row: 'T6',
    without: 'gives the mappings of an event an unlimited budget',
    file: 'domain/fql/work-budget.ts',
    find: 'if (steps > this.#stepsLeft || steps > this.#request.stepsLeft) throw new TooCostly();',
    replace: '',
    test: {
      file: 'unit/domain/work-budget.test.ts',
      title: 'is skipped as mapping_too_costly, with an explanation, when nothing else comes of it',
    },
  },
  {
    row: 'T6',
    without: 'makes other sources wait for any amount of work',
    file: 'domain/fql/work-budget.ts',
    find: 'if (steps > this.#stepsLeft || steps > this.#request.stepsLeft) throw new TooCostly();',
    replace: '',
    test: { file: 'faults/costly-mappings.test.ts', title: 'another source is answered meanwhile' },
  },
  {
    row: 'T6',
    without: 'gives each event of a request its own budget',
    file: 'domain/fql/work-budget.ts',
    find: 'if (steps > this.#stepsLeft || steps > this.#request.stepsLeft) throw new TooCostly();',
    replace: 'if (steps > this.#stepsLeft) throw new TooCostly();',
    test: {
      file: 'unit/domain/work-budget.test.ts',
      title: 'leaves enough for the next event of its request, and a batch of 500 shares one budget',
    },
  },
  {
    row: 'T6',
    without: 'saves a mapping whose own lists are too expensive',
    file: 'domain/rules/mapping-problems.ts',
    find: '...(problems.length === 0 && isTooCostlyFor(value)',
    replace: '...(problems.length < 0 && isTooCostlyFor(value)',
    test: { file: 'unit/domain/costly-mappings.test.ts', title: 'is refused when its own lists exceed the budget' },
  },
  {
    row: 'T7',
    without: "finds other senders' data by any ID that a write key names",
    file: 'domain/collect/people/reach.ts',
    find: "if (speaker.key === 'server_key') return [said];",
    replace: 'return [said];',
    test: {
      file: 'unit/domain/reach.test.ts',
      title: 'affects no data from a server or another browser, whatever they send',
    },
  },
  {
    row: 'T7',
    without: 'treats every anonymous ID as unguessable',
    file: 'domain/identity/unguessable-id.ts',
    find: 'return uuid !== undefined && isRandomUuid(uuid);',
    replace: 'return uuid !== undefined;',
    test: {
      file: 'unit/domain/unguessable-id.test.ts',
      title: 'include every counter at the end of a UUID, and every plain number',
    },
  },
  {
    row: 'T7',
    without: 'accepts a refusal in the name of any user ID',
    file: 'domain/collect/people/withdrawals.ts',
    find: 'for (const ids of reachableBy(speaker, said)) {',
    replace: 'for (const ids of [said]) {',
    test: { file: 'unit/routes/erase.test.ts', title: 'ends nothing that a server sent' },
  },
  {
    row: 'T8',
    without: 'completes conversions by any ID that an identify names',
    file: 'domain/collect/people/people-tags.ts',
    find: 'Promise.all(reachableBy(speaker, said).map(tagsOf.find)),',
    replace: 'Promise.all([said].map(tagsOf.find)),',
    test: { file: 'unit/routes/late-identity.test.ts', title: 'takes no e-mail from a stranger' },
  },
  {
    row: 'T8',
    without: "changes anybody's memberships with a write key",
    file: 'domain/collect/people/reach.ts',
    find: "if (speaker.key === 'server_key') return undefined;",
    replace: 'return undefined;',
    test: {
      file: 'unit/domain/reach.test.ts',
      title: "can't start or end a membership from a server or another browser",
    },
  },
  {
    row: 'T9',
    without: 'treats each later event with an ID as a duplicate',
    file: 'objects/outbox/intake/intake.ts',
    find: 'this.#insertRepeat(receipt, wanted, keeping);',
    replace: 'undefined;',
    test: {
      file: 'faults/same-id.test.ts',
      title:
        'stores one delivery for each rule that any event with the ID fires, and retrying them all changes nothing',
    },
  },
  {
    row: 'T10',
    without: 'stores the credentials of all integrations with an ID in one place',
    file: 'objects/credentials/vault-of.ts',
    find: 'return incarnation === undefined ? id : `${id}/${incarnation}`;',
    replace: 'return incarnation === id ? incarnation : id;',
    test: {
      file: 'unit/routes/simultaneous-same-id.test.ts',
      title: "has none of the old one's secrets, even if those were never cleared",
    },
  },
  {
    row: 'T10',
    without: 'continues as if it had created the integration when the ID is taken',
    file: 'routes/admin/integrations.ts',
    find: "if (saved.kind === 'conflict')",
    replace: "if (integration.id === '')",
    test: {
      file: 'unit/routes/simultaneous-same-id.test.ts',
      title: 'get one integration, with the token of the first',
    },
  },
  {
    row: 'T11',
    without: 'continues a live stream after its token ended',
    file: 'routes/admin/live/live.ts',
    find: 'if (untilMs <= Date.now()) return;',
    replace: 'if (untilMs <= Date.now()) await this.#stream.sleep(TICK_MS);',
    test: { file: 'unit/routes/live-access.test.ts', title: 'a live stream ends within 15 seconds' },
  },
  {
    row: 'T12',
    without: 'stores names unmasked',
    file: 'domain/privacy/masked-names.ts',
    find: 'return masked(name.slice(0, MAX_READ_CHARS)).slice(0, MAX_NAME_CHARS).toWellFormed();',
    replace: 'return name.slice(0, MAX_NAME_CHARS).toWellFormed();',
    test: { file: 'unit/routes/personal-names.test.ts', title: 'are masked in events, pages, fields' },
  },
  {
    row: 'T12',
    without: 'stores IDs unmasked',
    file: 'domain/privacy/masked-names.ts',
    find: 'return holdsPerson(messageId) ? sha256Hex(messageId) : messageId;',
    replace: 'return messageId;',
    test: {
      file: 'unit/routes/personal-names.test.ts',
      title: 'turn an ID into a hash, which stays the same for the same message',
    },
  },
  {
    row: 'T12',
    without: 'recognizes an address only in plain letters',
    file: 'domain/privacy/mask-personal-data.ts',
    find: 'const plain = inPlainLetters(text);\n  const found',
    replace: 'const plain = text; const found',
    test: {
      file: 'unit/domain/disguised-personal-data.test.ts',
      title: 'is masked in any mix of scripts',
    },
  },
  {
    row: 'T13',
    without: "refuses a valid token because of other people's guesses",
    file: 'objects/registry/access-tokens.ts',
    find: 'if (token !== undefined) return this.#asToken(token);\n    const nowMs = this.#now();',
    replace:
      'const nowMs = this.#now(); if (token !== undefined && guessableAtMs(this.#guesses(address, nowMs) ?? { failures: 0, lastAtMs: 0 }) <= nowMs) return this.#asToken(token);',
    test: {
      file: 'unit/routes/admin-tokens.test.ts',
      title: "from one address have to wait after twenty, and a valid token from there doesn't",
    },
  },
  {
    row: 'T14',
    without: 'never says when to retry',
    file: 'routes/http/problem.ts',
    find: "headers.set('Retry-After', RETRY_AFTER_SECONDS);",
    replace: 'void RETRY_AFTER_SECONDS;',
    test: { file: 'unit/routes/retry-after.test.ts', title: 'that is temporary says when to retry' },
  },
  {
    row: 'T14',
    without: 'fails when the limiter fails',
    file: 'routes/collector/first-rate-limit.ts',
    find: '} catch (error) {',
    replace: '} catch (error) { throw error;',
    test: { file: 'unit/routes/retry-after.test.ts', title: 'is skipped when it %s, and the event is stored' },
  },
  {
    row: 'T15',
    without: 'accepts a wildcard over a public suffix',
    file: 'schema/settings/allowed-origin-entry.ts',
    find: 'if (publicSuffix === host)',
    replace: "if (publicSuffix === '')",
    test: { file: 'unit/schema/allowed-origin-entry.test.ts', title: 'is refused with a reason' },
  },
  {
    row: 'T15',
    without: "accepts a wildcard over a hosting company's domain",
    file: 'schema/settings/allowed-origin-entry.ts',
    find: 'if (SHARED_PARENTS.has(host))',
    replace: 'if (SHARED_PARENTS.has(`*.${host}`))',
    test: { file: 'unit/schema/allowed-origin-entry.test.ts', title: 'where strangers have hosts' },
  },
  {
    row: 'T15',
    without: 'accepts any text that ends like a wildcard as a host below it',
    file: 'domain/collect/allowed-origin.ts',
    find: 'if (!isOfHost(origin)) return false;',
    replace: '',
    test: { file: 'unit/domain/allowed-origin.test.ts', title: "don't include %s (%s)" },
  },
  {
    row: 'T16',
    without: 'trusts the Host header',
    file: 'domain/access/public-origin.ts',
    find: "if (entries.length === 0) return isThisMachine(asked) ? { kind: 'known', origin: asked.origin } : { kind: 'unset' };",
    replace: "if (entries.length === 0) return { kind: 'known', origin: asked.origin };",
    test: { file: 'unit/domain/public-origin.test.ts', title: "isn't taken from a request to" },
  },
  {
    row: 'T16',
    without: 'trusts the Host header even with PUBLIC_URL',
    file: 'domain/access/public-origin.ts',
    find: 'origins.find((origin) => origin === asked.origin) ?? first',
    replace: "(first === '' ? first : asked.origin)",
    test: { file: 'unit/domain/public-origin.test.ts', title: 'with PUBLIC_URL %j and a request to' },
  },
  {
    row: 'T17',
    without: 'waits until a time that a wrong clock set',
    file: 'domain/delivery/remaining-wait.ts',
    find: 'return leftMs > 0 && leftMs <= atMostMs ? leftMs : 0;',
    replace: 'return atMostMs > 0 && leftMs > 0 ? leftMs : 0;',
    test: {
      file: 'unit/domain/remaining-wait.test.ts',
      title: 'a pause and a breaker end within their limits, and the daily quota ends with the day',
    },
  },
  {
    row: 'T17',
    without: 'lets guesses wait until a time that a wrong clock set',
    file: 'objects/registry/access-tokens.ts',
    find: 'lastAtMs: Math.min(row.last_at_ms, nowMs) };',
    replace: 'lastAtMs: row.last_at_ms };',
    test: {
      file: 'unit/routes/admin-tokens.test.ts',
      title: 'that were counted while the clock was ahead wait no longer than others',
    },
  },
  {
    row: 'T19',
    without: "deletes all keys of a page with one person's",
    file: 'objects/outbox/keys/sealed-people.ts',
    find: '.filter((line) => names(line, tags))',
    replace: '',
    test: {
      file: 'unit/objects/payload-keys.test.ts',
      title: "their data can't be opened under any of their tags, and other people's keys stay",
    },
  },
  {
    row: 'T19',
    without: "searches all deliveries for one person's",
    file: 'objects/outbox/deliveries.ts',
    find: 'FROM json_each(?2) AS place CROSS JOIN deliveries\n WHERE substr(payload, 3, 32) = place.value AND payload IS NOT NULL',
    replace: 'FROM deliveries WHERE ?2 IS NOT NULL AND payload IS NOT NULL',
    test: {
      file: 'faults/erasures-by-strangers.test.ts',
      title: 'costs nothing when it comes from strangers: no row sealed again, no KV write, no table scan',
    },
  },
  {
    row: 'R1',
    without: 'reads anything that isn\'t "false" as a yes',
    file: 'schema/events/consent-value.ts',
    find: "return typeof value !== 'object' && /^\\s*(true|granted|yes|on|1)\\s*$/i.test(String(value));",
    replace: 'return Boolean(value);',
    test: { file: 'unit/domain/read-consent.test.ts', title: 'is never a yes for an unclear value' },
  },
  {
    row: 'R2',
    without: 'lets a yes win when one category has two answers',
    file: 'domain/consent/read-consent.ts',
    find: 'said.every((categories) => consentTo(name, categories) !== false)',
    replace: 'said.some((categories) => consentTo(name, categories) !== false)',
    test: {
      file: 'unit/domain/read-consent.test.ts',
      title: "counts in the event's own field, in its context, and in any capitalization of a category",
    },
  },
  {
    row: 'R3',
    without: 'ignores `integrations`',
    file: 'domain/consent/sender-veto.ts',
    find: 'return isMeant === false ||',
    replace: 'return',
    test: { file: 'unit/domain/sender-veto.test.ts', title: 'with integrations %j excludes us: %s' },
  },
  {
    row: 'R3',
    without: 'ignores `destinationPreferences`',
    file: 'domain/consent/sender-veto.ts',
    find: 'return isMeant === false || verdictOf(destinationPreferences, names, isYes)?.isMeant === false;',
    replace: 'return isMeant === false;',
    test: { file: 'unit/domain/sender-veto.test.ts', title: 'with integrations %j excludes us: %s' },
  },
  {
    row: 'P1',
    without: 'treats people with different e-mails or IDs as one',
    file: 'domain/identity/same-person.ts',
    find: "if (both.some((kind) => one[kind] !== other[kind]) || emails === 'different') return 'somebody_else';",
    replace: '',
    test: {
      file: 'unit/domain/same-person.test.ts',
      title: 'that differ in any field never belong to the same person, in either order',
    },
  },
  {
    row: 'P1',
    without: "adds another person's identity",
    file: 'domain/identity/joined-identity.ts',
    find: "if (likeness === 'somebody_else') return own;",
    replace: '',
    test: { file: 'unit/domain/one-person.test.ts', title: 'adds nothing from another person to what an event says' },
  },
  {
    row: 'P1',
    without: "keeps another person's identity from the cookies",
    file: 'domain/identity/people-of-request.ts',
    find: '{ said: {}, visitor: forgotten(this.#start) }',
    replace: '{ said: {}, visitor: this.#start }',
    test: {
      file: 'unit/domain/people-of-request.test.ts',
      title: 'is recognized by %s, and later events take nothing from the first person',
    },
  },
];
