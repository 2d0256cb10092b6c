/**
 * Small bugs to plant in the product's code. They measure the simulation, which has to catch each of them within 40
 * seeds; see docs/simulation.md.
 */
export type PlantedBug = {
  name: string;
  /** Below `worker/`. */
  file: string;
  /** Occurs in the file exactly once. */
  find: string;
  replace: string;
};

export const PLANTED_BUGS: readonly PlantedBug[] = [
  {
    name: 'confirms events before they are stored',
    file: 'objects/outbox/intake/enqueue.ts',
    find: 'const duplicates = this.#ports.database.transaction(() => this.#writer.write(settled));',
    replace:
      'const duplicates = [0]; void this.#ports.sleep(50).then(() => this.#ports.database.transaction(() => this.#writer.write(settled)));',
  },
  {
    name: 'sets no alarm for stored events',
    file: 'objects/outbox/intake/enqueue.ts',
    find: 'const armed = hasWork ? this.#alarm.setBy(this.#ports.now() + LINGER_MS) : undefined;',
    replace: 'const armed = undefined;',
  },
  {
    name: 'confirms a request that joins a commit before the commit is written',
    file: 'objects/event-store/commit-group.ts',
    find: 'if (!this.#isCommitting) void this.#commitAll();',
    replace:
      "if (!this.#isCommitting) void this.#commitAll(); else { this.#waiting.pop(); resolve({ kind: 'kept', duplicates: 0 } as never); }",
  },
  {
    name: 'forgets erasures while a request waits for its commit',
    file: 'objects/outbox/intake/enqueue.ts',
    find: 'const events = await sealEvents(arriving.receipts, this.#ports.payloads);',
    replace:
      'const events = await sealEvents(arriving.receipts, this.#ports.payloads); this.#beingSealed.stored(arriving);',
  },
  {
    name: 'a restart forgets the deliveries that no index has',
    file: 'objects/outbox/sending/fresh-deliveries.ts',
    find: 'WHERE events.seq > ? AND ${IS_FRESH} ORDER BY events.seq',
    replace: 'WHERE events.seq > ? AND ${IS_FRESH} AND 0',
  },
  {
    name: 'a start reads only what is newer than a waiting delivery',
    file: 'objects/outbox/sending/fresh-deliveries.ts',
    find: 'this.#after.filter(({ seq }) => seq < oldest);',
    replace: 'this.#after.filter(({ seq }) => seq !== oldest);',
  },
  {
    name: 'gives overtaken deliveries no index entry',
    file: 'objects/outbox/sending/fresh-deliveries.ts',
    find: 'this.settle(this.list().filter(({ eventSeq }) => eventSeq <= untilSeq));',
    replace: '',
  },
  {
    name: "an erasure doesn't find the deliveries that no index has",
    file: 'objects/outbox/deliveries.ts',
    find: 'keysOf(this.states.fresh.under(places)),',
    replace: 'keysOf([]),',
  },
  {
    name: 'deletes a key that a delivery without an index entry needs',
    file: 'objects/outbox/keys/sealed-texts.ts',
    find: 'if (fresh.length > 0) found.push(',
    replace: 'if (fresh.length > 1e9) found.push(',
  },
  {
    name: 'sets no dead-man alarm',
    file: 'objects/outbox/outbox-alarm.ts',
    find: 'await this.#set(this.#ports.now() + DEAD_MAN_MS);',
    replace: 'this.#setToMs = null;',
  },
  {
    name: 'sets no exact alarm after a run',
    file: 'objects/outbox/outbox-alarm.ts',
    find: '} else await this.#set(Math.max(nextMs, this.#ports.now()));',
    replace: '} else { this.#setToMs = null; await this.#ports.alarm.clear(); }',
  },
  {
    name: 'clears the alarm although deliveries wait',
    file: 'objects/outbox/outbox-alarm.ts',
    find: 'if (nextMs === undefined) {',
    replace: 'if (nextMs === undefined || nextMs > this.#ports.now() + 60_000) {',
  },
  {
    name: "the watchdog doesn't read the stored alarm",
    file: 'objects/outbox/outbox-alarm.ts',
    find: 'this.#setToMs = await this.#ports.alarm.get();',
    replace: '',
  },
  {
    name: "doesn't count duplicates",
    file: 'objects/outbox/intake/write-events.ts',
    find: "counts.add({ atMs, name, outcome: 'skipped:duplicate' });",
    replace: 'continue;',
  },
  {
    name: 'uses a new event ID for each retry',
    file: 'objects/outbox/sending/send-batch.ts',
    find: 'elements: probe.map(({ payload }) => payload.element),',
    replace:
      'elements: probe.map(({ payload }) => payload.element.replace(/"eventId":"[^"]*/, (id) => id + \'-\' + Math.floor(startedAtMs))),',
  },
  {
    name: 'marks as delivered before LinkedIn has answered',
    file: 'objects/outbox/sending/send-batch.ts',
    find: 'const startedAtMs = this.#ports.now();',
    replace: 'const startedAtMs = this.#ports.now(); this.#deliveries.states.deliver(probe, { atMs: startedAtMs });',
  },
  {
    name: 'ignores the status of single elements',
    file: 'objects/outbox/sending/apply-response.ts',
    find: 'const taken = probe.filter((_, index) => !refused.has(index) && !deferred.has(index));',
    replace: 'const taken = probe;',
  },
  {
    name: 'fails a whole batch for one bad event',
    file: 'objects/outbox/sending/apply-response.ts',
    find: 'this.#fail(step.elements, { probe, attemptId });',
    replace: "this.#deliveries.states.fail(probe, { reason: 'batch', atMs: this.#ports.now(), attemptId });",
  },
  {
    name: 'fails the event next to the refused one',
    file: 'objects/outbox/sending/apply-response.ts',
    find: 'const delivery = probe[index];',
    replace: 'const delivery = probe[(index + 1) % probe.length];',
  },
  {
    name: 'searches again for a bad event that was already found',
    file: 'domain/delivery/poison-search.ts',
    find: '? { suspects: [], unknown: [...unknown, ...suspects.slice(1)] }',
    replace: '? { suspects: [], unknown: [...unknown, ...suspects] }',
  },
  {
    name: 'takes the accepted half of a batch for the bad one',
    file: 'domain/delivery/poison-search.ts',
    find: 'return { suspects: suspects.slice(Math.ceil(suspects.length / 2)), unknown };',
    replace: 'return { suspects: suspects.slice(0, Math.ceil(suspects.length / 2)), unknown };',
  },
  {
    name: 'marks as failed although LinkedIn did not answer',
    file: 'domain/delivery/next-step.ts',
    find: "return { kind: 'wait', afterMs: unavailableMs(failures, random) };",
    replace:
      "return failures > 8 ? { kind: 'fail', elements: new Map([[0, 'too many attempts']]) } : { kind: 'wait', afterMs: backoffMs(failures, UNAVAILABLE_BACKOFF, random) };",
  },
  {
    name: 'marks as failed although LinkedIn refused the rule',
    file: 'domain/delivery/next-step.ts',
    find: "return { kind: 'hold', scope: 'rule', reason: failure.reason, probeAfterMs: HOLD_PROBE_MS };",
    replace: "return { kind: 'fail', elements: new Map([[0, failure.message]]) };",
  },
  {
    name: 'marks as failed although LinkedIn refused the access',
    file: 'domain/delivery/next-step.ts',
    find: "return { kind: 'hold', scope: 'integration', reason: 'access_denied', probeAfterMs: HOLD_PROBE_MS };",
    replace: "return { kind: 'fail', elements: new Map([[0, failure.message]]) };",
  },
  {
    name: 'never checks a held rule again',
    file: 'objects/outbox/sending/rule-queues.ts',
    find: 'dueAtMs(nowMs, probeAfterMs),\n      reason,\n      nowMs,\n      queue.id,',
    replace: 'nowMs + probeAfterMs * 100,\n      reason,\n      nowMs,\n      queue.id,',
  },
  {
    name: 'never ends a hold',
    file: 'objects/outbox/sending/rule-queues.ts',
    find: "this.#sql.exec('DELETE FROM integration_holds WHERE integration_id = ?', queue.integrationId);",
    replace:
      "this.#sql.exec('UPDATE integration_holds SET due_at_ms = due_at_ms + 86400000 WHERE integration_id = ?', queue.integrationId);",
  },
  {
    name: 'sends after the deadline',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'this.#deliveries.states.expire({ happenedBeforeMs: nowMs - MAX_EVENT_AGE_MS + DEADLINE_MARGIN_MS, nowMs });',
    replace: '',
  },
  {
    name: 'expires deliveries a day early',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'happenedBeforeMs: nowMs - MAX_EVENT_AGE_MS + DEADLINE_MARGIN_MS, nowMs',
    replace: 'happenedBeforeMs: nowMs - MAX_EVENT_AGE_MS + 10 * 86_400_000, nowMs',
  },
  {
    name: 'sends two batches of one rule queue at once',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'if (runs.has(queue.id) || this.#lingering.has(queue.id)) continue;',
    replace: 'if (this.#lingering.has(queue.id)) continue;',
  },
  {
    name: 'an error in one rule queue ends the run of all',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'this.#queues.wait(queue, { nowMs: this.#ports.now(), afterMs });',
    replace: 'this.#queues.wait(queue, { nowMs: this.#ports.now(), afterMs }); throw error;',
  },
  {
    name: 'waits too long after the clock jumped',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'if (untilMs <= nowMs || untilMs > nowMs + LINGER_MS) this.#lingering.delete(queueId);',
    replace: 'if (untilMs <= nowMs) this.#lingering.delete(queueId);',
  },
  {
    name: 'keeps the token bucket only in memory',
    file: 'objects/rate-limiter/rate-limit-state.ts',
    find: 'if (answer.isGranted) this.#storage.put({ permits: taken.state, breaker, uses });',
    replace: 'if (answer.isGranted) this.#storage.put({ permits: state.permits, breaker, uses });',
  },
  {
    name: 'ignores the quota per minute',
    file: 'domain/delivery/permits.ts',
    find: 'if (excess <= 0) return 0;\n  for',
    replace: 'return 0;\n  for',
  },
  {
    name: 'never closes the breaker',
    file: 'domain/delivery/app-breaker.ts',
    find: 'if (isReachable) return CLOSED;',
    replace: 'if (isReachable) return state;',
  },
  {
    name: 'an open breaker allows no probe',
    file: 'domain/delivery/app-breaker.ts',
    find: 'return { passage: { isOpen: false }, state: { ...state, openUntilMs: nowMs + PROBE_TIMEOUT_MS, isAsking: true } };',
    replace: 'return { passage: { isOpen: true, retryAfterMs: 1_000 }, state };',
  },
  {
    name: "loses LinkedIn's answer when the report to the limiter fails",
    file: 'linkedin/ask-linkedin.ts',
    find: "ports.log('linkedin.limiter', error);",
    replace: 'throw error;',
  },
  {
    name: 'renews the token once per caller',
    file: 'objects/credentials/token-store.ts',
    find: 'this.#renewing ??= {',
    replace: 'this.#renewing = {',
  },
  {
    name: 'never tries a refused token again',
    file: 'domain/delivery/token-choice.ts',
    find: 'return remainingMs(untilMs, { nowMs, atMostMs: REFUSED_RETRY_MS });',
    replace: 'return untilMs - nowMs + 86_400_000_000;',
  },
  {
    name: 'uses the old token after a renewal',
    file: 'domain/delivery/token-choice.ts',
    find: 'return previous === undefined || previous.refusedAtMs !== undefined ? [fresh] : [fresh, previous];',
    replace: 'return previous === undefined ? [fresh] : [previous];',
  },
  {
    name: 'a replay sets no alarm',
    file: 'objects/outbox/outbox-engine.ts',
    find: '// In the turn of the transaction.\n      await this.#alarm.setForNextRun();',
    replace: '',
  },
  {
    name: 'waits for an e-mail without a limit',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'this.#ports.database.transaction(() => this.#waits.release(nowMs));',
    replace: '',
  },
  {
    name: 'sets no alarm for the end of a wait',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'const releaseAtMs = this.#waits.nextReleaseAtMs(this.#ports.now());',
    replace: 'const releaseAtMs = undefined;',
  },
  {
    name: 'ignores the e-mail that arrived',
    file: 'objects/outbox/sending/assemble-batch.ts',
    find: 'const element = await completedElement(conversion, identity);',
    replace: 'const element = await completedElement(conversion, undefined);',
  },
  {
    name: "doesn't look for conversions that wait for an arriving e-mail",
    file: 'objects/outbox/intake/write-events.ts',
    find: 'this.#waits.introduce(introductions, nowMs);',
    replace: 'undefined;',
  },
  {
    name: 'skips a delivery that waited for an e-mail, although the click ID is known',
    file: 'domain/delivery/completed-element.ts',
    find: 'return conversionElement(ruleId, { ...facts, identity, externalId }, { hashNames, hashIp });',
    replace:
      'return identity.emailSha256 === undefined ? undefined : conversionElement(ruleId, { ...facts, identity, externalId }, { hashNames, hashIp });',
  },
  {
    name: 'holds for a retired version without trying a newer one',
    file: 'objects/outbox/sending/batch-run.ts',
    find: "if (this.#queue.probeFor === 'version_sunset') return NEWEST_KNOWN_VERSION;",
    replace: '',
  },
  {
    name: 'still sends an identifier type that LinkedIn refused',
    file: 'domain/delivery/without-id-types.ts',
    find: 'if (left.length === userIds.length) return payload;',
    replace: 'if (left.length <= userIds.length) return payload;',
  },
  {
    name: 'skips a person who has another identifier',
    file: 'domain/delivery/without-id-types.ts',
    find: 'const isIdentified = left.length > 0 ||',
    replace: 'const isIdentified =',
  },
  {
    // Not caught: the queue has a floor of one event, so that LinkedIn gets single events until the batches grow again.
    name: 'shrinks a batch to zero events',
    file: 'domain/delivery/next-step.ts',
    find: "{ kind: 'shrink', maxBatch: Math.ceil(batchSize / 2) }",
    replace: "{ kind: 'shrink', maxBatch: 0 }",
  },
  {
    name: 'the ledger shows failed deliveries as delivered',
    file: 'objects/outbox/reports/ledger-outcomes.ts',
    find: "WHEN 'dead' THEN '2dead'",
    replace: "WHEN 'dead' THEN '2delivered'",
  },
  {
    name: "doesn't count received events",
    file: 'objects/outbox/intake/write-events.ts',
    find: "counts.add({ atMs, name, outcome: 'received' });\n        const joined",
    replace: 'const joined',
  },
  {
    name: 'publishes two configurations at once',
    file: 'objects/registry/config-publisher.ts',
    find: 'this.#publishing = this.#publishing.then(() => this.#publishMarked());',
    replace: 'this.#publishing = this.#publishMarked();',
  },
  {
    name: 'publishes a configuration without an alarm',
    file: 'objects/registry/config-publisher.ts',
    find: 'const armed = this.#ports.alarm.set(this.#ports.now() + RETRY_MS);',
    replace: 'const armed = Promise.resolve();',
  },
  {
    name: "doesn't retry a failed publication",
    file: 'objects/registry/config-publisher.ts',
    find: 'else if (isRefused) await this.#ports.alarm.set(this.#ports.now() + this.#retryMs());',
    replace: 'else if (isRefused) await this.#ports.alarm.clear();',
  },
  {
    name: 'the collector never rereads a configuration',
    file: 'store/config-cache.ts',
    find: 'const FRESH_MS = 30_000;',
    replace: 'const FRESH_MS = 86_400_000;',
  },
  {
    name: "seals with a key that KV doesn't have",
    file: 'objects/outbox/keys/key-pages.ts',
    find: 'await kv.put(this.#nameOf(keyId), sealed);',
    replace: 'void kv.put(this.#nameOf(keyId), sealed).catch(() => undefined);',
  },
  {
    name: 'opens with the newest ENCRYPTION_KEY only',
    file: 'objects/outbox/keys/key-pages.ts',
    find: 'return this.#ports.cipher.open(sealed, { keyRing: this.#ports.keyRing(), binding });',
    replace: 'return this.#ports.cipher.open(sealed, { keyRing: this.#ports.keyRing().slice(0, 1), binding });',
  },
  {
    name: 'deletes a key that waiting deliveries need',
    file: 'objects/outbox/keys/key-housekeeping.ts',
    find: '!isUsed({ keyId, bucket: undefined })',
    replace: 'isUsed !== undefined',
  },
  {
    name: 'never deletes a key',
    file: 'objects/outbox/keys/key-housekeeping.ts',
    find: 'this.#dropPages(isUsed);',
    replace: '',
  },
  {
    name: "can't read payloads of an older version",
    file: 'objects/outbox/keys/payload-keys.ts',
    find: 'if (known === undefined) return isObject(text) ? text : LOST;',
    replace: 'if (known === undefined) return undefined;',
  },
  {
    name: 'keeps the keys of erased people',
    file: 'objects/outbox/keys/key-housekeeping.ts',
    find: 'await this.#prunePages(isUsed);',
    replace: '',
  },
  {
    name: "doesn't record which key a person's data is sealed under",
    file: 'objects/outbox/keys/sealed-people.ts',
    find: 'for (let first = 0; first < all.length; first += PEOPLE_A_ROW)',
    replace: 'for (let first = all.length; first < all.length; first += PEOPLE_A_ROW)',
  },
  {
    name: "the filter of sealed people doesn't learn new ones",
    file: 'objects/outbox/keys/sealed-people.ts',
    find: 'for (const { tags } of people) this.#filter?.add(tags);',
    replace: '',
  },
  // An await between a check and its action:
  {
    name: 'a renewed token replaces the token that an admin set',
    file: 'objects/credentials/token-store.ts',
    find: 'const isReplaced = tokensOf(secrets) !== tokensOf(askedWith);',
    replace: 'const isReplaced = false;',
  },
  {
    name: 'lets two changes of secrets overlap',
    file: 'objects/credentials/token-store.ts',
    find: 'return this.#mutex.runExclusive(() => this.#change(changes));',
    replace: 'return this.#change(changes);',
  },
  {
    name: 'sends with outdated settings of the integration',
    file: 'objects/outbox/sending/send-batch.ts',
    find: 'if (!isUnchanged(current, route.integration)) return undefined;',
    replace: '',
  },
  // Two copies of a state that disagree:
  {
    name: 'takes a simultaneous change for published',
    file: 'objects/registry/config-publisher.ts',
    find: 'if (this.#marks.get(key) === marks) this.#ports.sql.exec(',
    replace: 'if (marks !== null) this.#ports.sql.exec(',
  },
  // A counter that only grows or only shrinks:
  {
    name: 'sends a deferred element again at once',
    file: 'objects/outbox/sending/element-waits.ts',
    find: 'nowMs + Math.max(Math.min(atLeastMs, BACKOFF.maxMs), backoffMs(failures, BACKOFF, random())),',
    replace: 'nowMs,',
  },
  // Calls that are assumed to take no time:
  {
    name: 'drops its permit when any person was erased',
    file: 'objects/outbox/sending/send-batch.ts',
    find: 'const pending = this.#stillPending(left);',
    replace:
      'if (this.#deliveries.takenBack !== this.#readAt) { this.#readAt = this.#deliveries.takenBack; return undefined; } const pending = this.#stillPending(left);',
  },
  // Arithmetic on an empty list:
  {
    name: 'takes the minimum of an empty list for a time',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'dueAtMs <= nowMs && Number.isFinite(lingeringUntilMs) ? lingeringUntilMs : dueAtMs;',
    replace: 'dueAtMs <= nowMs ? lingeringUntilMs : dueAtMs;',
  },
  {
    name: 'sets alarms in an endless loop while KV is unreachable',
    file: 'objects/outbox/keys/key-housekeeping.ts',
    find: 'return isTried ? nowMs + RETRY_AFTER_MS : nowMs;',
    replace: 'return nowMs;',
  },
  {
    name: 'forgets the keys of a deleted source',
    file: 'objects/outbox/outbox-engine.ts',
    find: 'payloads.inherit(payloadKeys);',
    replace: '',
  },
  {
    name: 'stores an event that was being sealed during the erasure',
    file: 'objects/outbox/erase-person.ts',
    find: 'beingSealed.erase(tags, reason)',
    replace: '0',
  },
  {
    name: "sends an erased person's event with the next token",
    file: 'objects/outbox/sending/send-batch.ts',
    find: 'left = pending;',
    replace: '',
  },
  // Blame for unknown messages:
  {
    name: 'marks as failed after an unknown refusal',
    file: 'domain/delivery/next-step.ts',
    find: "case 'refused_unknown': return { kind: 'suspect',",
    replace:
      "case 'refused_unknown': return batchSize > 0 ? { kind: 'fail', elements: new Map([[0, failure.message]]) } : { kind: 'suspect',",
  },
  {
    name: 'sends again after an unreadable acceptance',
    file: 'objects/outbox/sending/apply-response.ts',
    find: 'taken.filter((delivery) => unread.has(delivery)),',
    replace: '[],',
  },
  {
    name: 'the tally counts entries again at a start',
    file: 'objects/tally/tally-writer.ts',
    find: 'if (entry.seq > this.#countedSeq) sums.add(entry);',
    replace: 'sums.add(entry);',
  },
  {
    name: "the tally doesn't count the log at a start",
    file: 'objects/tally/tally-writer.ts',
    find: 'if (entry.seq > this.#countedSeq) sums.add(entry);',
    replace: '',
  },
  {
    name: 'the tally confirms events before they are stored',
    file: 'objects/tally/tally-engine.ts',
    find: 'return this.#commits.add(request);',
    replace:
      "void this.ports.sleep(50).then(() => this.#commits.add(request)); return { kind: 'kept', duplicates: 0 };",
  },
  {
    name: 'the tally deletes pages before they are counted',
    file: 'objects/tally/tally-log.ts',
    find: 'WHERE last_seq <= ? AND seq < ? AND seq IN',
    replace: 'WHERE last_seq <= ? + 9e15 AND seq < ? AND seq IN',
  },
  {
    name: 'the tally forgets which entries are counted',
    file: 'objects/tally/tally-writer.ts',
    find: "this.#database.sql.exec('INSERT INTO counted (last_seq) VALUES (?)', lastSeq);",
    replace: '',
  },
  // KV as Cloudflare serves it:
  {
    name: 'a collector that has just started gives up while KV is unreachable',
    file: 'store/config-cache.ts',
    find: 'return remembered(key, await askedFor(kv, key, nowMs), nowMs);',
    replace: 'throw error;',
  },
  {
    name: 'a collector believes KV that there is no such key',
    file: 'store/config-cache.ts',
    find: "(await kv.get<PublishedKey>(key, 'json')) ?? (await askedFor(kv, key, nowMs))",
    replace: "(await kv.get<PublishedKey>(key, 'json')) ?? undefined",
  },
  {
    name: 'seals with no older page while KV takes no new one',
    file: 'objects/outbox/keys/payload-keys.ts',
    find: '(await this.#onPageOf(dayOf(nowMs), wanted)) ?? (await this.#onPageOf(dayOf(nowMs - DAY_MS), wanted));',
    replace: 'nowMs < 0 ? await this.#onPageOf(dayOf(nowMs), wanted) : undefined;',
  },
  {
    name: 'a refused request does not look for a key that was read meanwhile',
    file: 'objects/outbox/keys/payload-keys.ts',
    find: '(await this.#onPageOf(dayOf(nowMs), wanted)) ?? (await this.#onPageOf(dayOf(nowMs - DAY_MS), wanted));',
    replace: 'await this.#onPageOf(dayOf(nowMs - DAY_MS), wanted);',
  },
  {
    name: 'a restarted outbox reads no key, but makes one',
    file: 'objects/outbox/keys/key-pages.ts',
    find: 'async check(keyId: string): Promise<void> { await this.#content(keyId);',
    replace:
      "async check(keyId: string): Promise<void> { if (!this.#read.has(keyId)) throw new Error('Not in memory'); await this.#content(keyId);",
  },
  {
    name: 'a restarted registry forgets what it was writing to KV',
    file: 'objects/registry/config-publisher.ts',
    find: 'SET writing = 0, again_at_ms = ? WHERE writing = 1',
    replace: 'SET writing = 0, again_at_ms = ? WHERE writing = 2',
  },
  // Two versions of the code:
  {
    name: 'an upgrade forgets under which keys people are',
    file: 'objects/outbox/outbox-schema.ts',
    find: 'ALTER TABLE deliveries ADD COLUMN replay_id TEXT;',
    replace: 'ALTER TABLE deliveries ADD COLUMN replay_id TEXT; DELETE FROM sealed_people;',
  },
];
