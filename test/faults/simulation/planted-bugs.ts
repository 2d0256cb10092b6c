/**
 * Small sabotages of the product's code that measure the simulation: it has to catch each of them within 40 seeds.
 * docs/simulation.md explains how.
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
    name: 'acknowledges before it keeps',
    file: 'objects/outbox/intake/enqueue.ts',
    find: 'const duplicates = this.#ports.database.transaction(() => this.#writer.write(settled));',
    replace:
      'const duplicates = [0]; void this.#ports.sleep(50).then(() => this.#ports.database.transaction(() => this.#writer.write(settled)));',
  },
  {
    name: 'sets no alarm for what it keeps',
    file: 'objects/outbox/intake/enqueue.ts',
    find: 'const armed = hasWork ? this.#alarm.setBy(this.#ports.now() + LINGER_MS) : undefined;',
    replace: 'const armed = undefined;',
  },
  {
    name: 'answers what joins a commit before it is written',
    file: 'objects/event-store/commit-group.ts',
    find: 'if (!this.#isCommitting) void this.#commitAll();',
    replace:
      "if (!this.#isCommitting) void this.#commitAll(); else { this.#waiting.pop(); resolve({ kind: 'kept', duplicates: 0 } as never); }",
  },
  {
    name: 'forgets who was erased while a request waits for its commit',
    file: 'objects/outbox/intake/enqueue.ts',
    find: 'const events = await sealEvents(arriving.receipts, this.#ports.payloads);',
    replace:
      'const events = await sealEvents(arriving.receipts, this.#ports.payloads); this.#unwritten.stored(arriving);',
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
    name: 'clears the alarm although something waits',
    file: 'objects/outbox/outbox-alarm.ts',
    find: 'if (nextMs === undefined) {',
    replace: 'if (nextMs === undefined || nextMs > this.#ports.now() + 60_000) {',
  },
  {
    name: 'the watchdog trusts its memory',
    file: 'objects/outbox/outbox-alarm.ts',
    find: 'this.#setToMs = await this.#ports.alarm.get();',
    replace: '',
  },
  {
    name: 'counts no duplicates',
    file: 'objects/outbox/intake/write-events.ts',
    find: "counts.add({ atMs, name, outcome: 'skipped:duplicate' });",
    replace: 'continue;',
  },
  {
    name: 'a new event id for each retry',
    file: 'objects/outbox/sending/send-batch.ts',
    find: 'elements: probe.map(({ payload }) => payload.element),',
    replace:
      'elements: probe.map(({ payload }) => payload.element.replace(/"eventId":"[^"]*/, (id) => id + \'-\' + Math.floor(startedAtMs))),',
  },
  {
    name: 'marks delivered before LinkedIn has answered',
    file: 'objects/outbox/sending/send-batch.ts',
    find: 'const startedAtMs = this.#ports.now();',
    replace: 'const startedAtMs = this.#ports.now(); this.#deliveries.states.deliver(probe, { atMs: startedAtMs });',
  },
  {
    name: 'ignores the status of each element',
    file: 'objects/outbox/sending/apply-response.ts',
    find: 'const taken = probe.filter((_, index) => !refused.has(index) && !deferred.has(index));',
    replace: 'const taken = probe;',
  },
  {
    name: 'one poisoned event kills its batch',
    file: 'objects/outbox/sending/apply-response.ts',
    find: 'this.#fail(step.elements, { probe, attemptId });',
    replace: "this.#deliveries.states.fail(probe, { reason: 'batch', atMs: this.#ports.now(), attemptId });",
  },
  {
    name: 'blames the neighbour',
    file: 'objects/outbox/sending/apply-response.ts',
    find: 'const delivery = probe[index];',
    replace: 'const delivery = probe[(index + 1) % probe.length];',
  },
  {
    name: 'puts the culprit back among the unknown',
    file: 'domain/delivery/poison-search.ts',
    find: '? { suspects: [], unknown: [...unknown, ...suspects.slice(1)] }',
    replace: '? { suspects: [], unknown: [...unknown, ...suspects] }',
  },
  {
    name: 'takes a probe that was accepted for the culprit',
    file: 'domain/delivery/poison-search.ts',
    find: 'return { suspects: suspects.slice(Math.ceil(suspects.length / 2)), unknown };',
    replace: 'return { suspects: suspects.slice(0, Math.ceil(suspects.length / 2)), unknown };',
  },
  {
    name: 'buries what LinkedIn did not answer',
    file: 'domain/delivery/next-step.ts',
    find: "return { kind: 'wait', afterMs: unavailableMs(failures, random) };",
    replace:
      "return failures > 8 ? { kind: 'fail', elements: new Map([[0, 'too many attempts']]) } : { kind: 'wait', afterMs: backoffMs(failures, UNAVAILABLE_BACKOFF, random) };",
  },
  {
    name: 'buries what a refused rule was sent',
    file: 'domain/delivery/next-step.ts',
    find: "return { kind: 'hold', scope: 'rule', reason: failure.reason, probeAfterMs: HOLD_PROBE_MS };",
    replace: "return { kind: 'fail', elements: new Map([[0, failure.message]]) };",
  },
  {
    name: 'buries what was refused for the access',
    file: 'domain/delivery/next-step.ts',
    find: "return { kind: 'hold', scope: 'integration', reason: 'access_denied', probeAfterMs: HOLD_PROBE_MS };",
    replace: "return { kind: 'fail', elements: new Map([[0, failure.message]]) };",
  },
  {
    name: 'holds a rule for ever',
    file: 'objects/outbox/sending/rule-queues.ts',
    find: 'dueAtMs(nowMs, probeAfterMs),\n      reason,\n      nowMs,\n      queue.id,',
    replace: 'nowMs + probeAfterMs * 100,\n      reason,\n      nowMs,\n      queue.id,',
  },
  {
    name: 'never lifts a hold',
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
    name: 'expires a day early',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'happenedBeforeMs: nowMs - MAX_EVENT_AGE_MS + DEADLINE_MARGIN_MS, nowMs',
    replace: 'happenedBeforeMs: nowMs - MAX_EVENT_AGE_MS + 10 * 86_400_000, nowMs',
  },
  {
    name: 'two batches of one lane at once',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'if (runs.has(queue.id) || this.#lingering.has(queue.id)) continue;',
    replace: 'if (this.#lingering.has(queue.id)) continue;',
  },
  {
    name: 'a fault of one lane ends the run',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'this.#queues.wait(queue, { nowMs: this.#ports.now(), afterMs });',
    replace: 'this.#queues.wait(queue, { nowMs: this.#ports.now(), afterMs }); throw error;',
  },
  {
    name: 'lingers by a clock that jumped',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'if (untilMs <= nowMs || untilMs > nowMs + LINGER_MS) this.#lingering.delete(queueId);',
    replace: 'if (untilMs <= nowMs) this.#lingering.delete(queueId);',
  },
  {
    name: 'the bucket is not on disk',
    file: 'objects/rate-limiter/rate-limit-state.ts',
    find: 'if (answer.isGranted) this.#storage.put({ permits: taken.state, breaker, uses });',
    replace: 'if (answer.isGranted) this.#storage.put({ permits: state.permits, breaker, uses });',
  },
  {
    name: 'no quota a minute',
    file: 'domain/delivery/permits.ts',
    find: 'if (excess <= 0) return 0;\n  for',
    replace: 'return 0;\n  for',
  },
  {
    name: 'the breaker never closes',
    file: 'domain/delivery/app-breaker.ts',
    find: 'if (isReachable) return CLOSED;',
    replace: 'if (isReachable) return state;',
  },
  {
    name: 'the breaker lets nobody ask',
    file: 'domain/delivery/app-breaker.ts',
    find: 'return { passage: { isOpen: false }, state: { ...state, openUntilMs: nowMs + PROBE_TIMEOUT_MS, isAsking: true } };',
    replace: 'return { passage: { isOpen: true, retryAfterMs: 1_000 }, state };',
  },
  {
    name: 'a failed report loses the answer',
    file: 'linkedin/ask-linkedin.ts',
    find: "ports.log('linkedin.limiter', error);",
    replace: 'throw error;',
  },
  {
    name: 'renews for each who asks',
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
    name: 'keeps the old token after a renewal',
    file: 'domain/delivery/token-choice.ts',
    find: 'return previous === undefined || previous.refusedAtMs !== undefined ? [fresh] : [fresh, previous];',
    replace: 'return previous === undefined ? [fresh] : [previous];',
  },
  {
    name: 'replay makes a second delivery of what is delivered',
    file: 'objects/outbox/delivery-states.ts',
    find: "WHERE lane_id = ? AND event_id = ? AND state = 'dead' AND payload IS NOT NULL`,",
    replace: "WHERE lane_id = ? AND state IN ('dead', 'delivered') AND event_id >= substr(?, 1, 0)`,",
  },
  {
    name: 'waits for an e-mail for ever',
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
    name: 'forgets the e-mail that came',
    file: 'objects/outbox/sending/assemble-batch.ts',
    find: 'const element = await completedElement(conversion, identity);',
    replace: 'const element = await completedElement(conversion, undefined);',
  },
  {
    name: 'hears no e-mail that came',
    file: 'objects/outbox/intake/write-events.ts',
    find: 'this.#waits.introduce(introductions, nowMs);',
    replace: 'undefined;',
  },
  {
    name: 'skips a delivery that waited for an e-mail, although the click is known',
    file: 'domain/identity/late-identity.ts',
    find: 'return conversionElement(ruleId, { ...facts, identity, externalId }, { hashNames, hashIp });',
    replace:
      'return identity.emailSha256 === undefined ? undefined : conversionElement(ruleId, { ...facts, identity, externalId }, { hashNames, hashIp });',
  },
  {
    name: 'holds for the version and tries no other',
    file: 'objects/outbox/sending/batch-run.ts',
    find: "if (this.#queue.probeFor === 'version_sunset') return NEWEST_KNOWN_VERSION;",
    replace: '',
  },
  {
    name: 'learns an identifier and leaves it in',
    file: 'domain/delivery/without-id-types.ts',
    find: 'if (left.length === userIds.length) return payload;',
    replace: 'if (left.length <= userIds.length) return payload;',
  },
  {
    name: 'skips a person that another identifier identifies',
    file: 'domain/delivery/without-id-types.ts',
    find: 'const isIdentified = left.length > 0 ||',
    replace: 'const isIdentified =',
  },
  {
    name: 'shrinks to nothing',
    file: 'domain/delivery/next-step.ts',
    find: "{ kind: 'shrink', maxBatch: Math.ceil(batchSize / 2) }",
    replace: "{ kind: 'shrink', maxBatch: 0 }",
  },
  {
    name: 'the ledger shows dead letters as delivered',
    file: 'objects/outbox/reports/ledger-queries.ts',
    find: "WHEN 'dead' THEN '2dead'",
    replace: "WHEN 'dead' THEN '2delivered'",
  },
  {
    name: 'counts nothing as received',
    file: 'objects/outbox/intake/write-events.ts',
    find: "counts.add({ atMs, name, outcome: 'received' });\n        const joined",
    replace: 'const joined',
  },
  {
    name: 'publishes two configs at once',
    file: 'objects/registry/config-publisher.ts',
    find: 'this.#publishing = this.#publishing.then(() => this.#publishMarked());',
    replace: 'this.#publishing = this.#publishMarked();',
  },
  {
    name: 'publishes without an alarm',
    file: 'objects/registry/config-publisher.ts',
    find: 'const armed = this.#ports.alarm.set(this.#ports.now() + RETRY_MS);',
    replace: 'const armed = Promise.resolve();',
  },
  {
    name: 'does not try to publish again',
    file: 'objects/registry/config-publisher.ts',
    find: 'else if (isRefused) await this.#ports.alarm.set(this.#ports.now() + this.#retryMs());',
    replace: 'else if (isRefused) await this.#ports.alarm.clear();',
  },
  {
    name: 'a collector goes by what it once read',
    file: 'store/config-cache.ts',
    find: 'const FRESH_MS = 30_000;',
    replace: 'const FRESH_MS = 86_400_000;',
  },
  {
    name: 'seals with a key that KV does not have',
    file: 'objects/outbox/keys/key-pages.ts',
    find: 'await kv.put(this.#nameOf(keyId), sealed);',
    replace: 'void kv.put(this.#nameOf(keyId), sealed).catch(() => undefined);',
  },
  {
    name: 'opens with the newest ENCRYPTION_KEY alone',
    file: 'objects/outbox/keys/key-pages.ts',
    find: 'const text = await cipher.open(sealed, { keyRing: this.#ports.keyRing(),',
    replace: 'const text = await cipher.open(sealed, { keyRing: this.#ports.keyRing().slice(0, 1),',
  },
  {
    name: 'throws away a key that something waits under',
    file: 'objects/outbox/keys/key-housekeeping.ts',
    find: '!isUsed({ keyId, bucket: undefined })',
    replace: 'isUsed !== undefined',
  },
  {
    name: 'throws no key away',
    file: 'objects/outbox/keys/key-housekeeping.ts',
    find: 'this.#dropPages(isUsed);',
    replace: '',
  },
  {
    name: 'takes no payload of an older version',
    file: 'objects/outbox/keys/payload-keys.ts',
    find: 'if (known === undefined) return isObject(text) ? text : LOST;',
    replace: 'if (known === undefined) return undefined;',
  },
  {
    name: 'keeps the keys of people who were erased',
    file: 'objects/outbox/keys/key-housekeeping.ts',
    find: 'await this.#prunePages(isUsed);',
    replace: '',
  },
  {
    name: 'forgets under which key a person is',
    file: 'objects/outbox/keys/key-register.ts',
    find: 'for (let first = 0; first < all.length; first += REMEMBERED_AT_ONCE)',
    replace: 'for (let first = all.length; first < all.length; first += REMEMBERED_AT_ONCE)',
  },
  // The kinds of Part 8b. An await between a check and its action:
  {
    name: 'keeps a renewed token, whatever an admin has set meanwhile',
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
    name: 'sends by what the integration was',
    file: 'objects/outbox/sending/send-batch.ts',
    find: 'if (!isUnchanged(current, route.integration)) return undefined;',
    replace: '',
  },
  // Two copies of a state that disagree:
  {
    name: 'takes a change that came meanwhile for published',
    file: 'objects/registry/config-publisher.ts',
    find: 'if (this.#marks.get(key) === marks) this.#ports.sql.exec(',
    replace: 'if (marks !== null) this.#ports.sql.exec(',
  },
  // A counter that only grows or only shrinks:
  {
    name: 'asks for a refused element again at once',
    file: 'objects/outbox/sending/element-waits.ts',
    find: 'nowMs + Math.max(Math.min(atLeastMs, BACKOFF.maxMs), backoffMs(failures, BACKOFF, random())),',
    replace: 'nowMs,',
  },
  // Calls that are assumed to take no time:
  {
    name: 'drops its permit when anybody was erased since',
    file: 'objects/outbox/sending/send-batch.ts',
    find: 'const pending = this.#stillPending(left);',
    replace:
      'if (this.#deliveries.takenBack !== this.#readAt) { this.#readAt = this.#deliveries.takenBack; return undefined; } const pending = this.#stillPending(left);',
  },
  // Arithmetic on an empty list:
  {
    name: 'takes the least of nothing for a time',
    file: 'objects/outbox/sending/dispatcher.ts',
    find: 'dueAtMs <= nowMs && Number.isFinite(lingeringUntilMs) ? lingeringUntilMs : dueAtMs;',
    replace: 'dueAtMs <= nowMs ? lingeringUntilMs : dueAtMs;',
  },
  {
    name: 'rings without end while KV is out of reach',
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
    name: 'keeps what was sealed while its person was erased',
    file: 'objects/outbox/erase-person.ts',
    find: 'unwritten.erase(tags, reason)',
    replace: '0',
  },
  {
    name: 'sends to LinkedIn with the next token who was erased meanwhile',
    file: 'objects/outbox/sending/send-batch.ts',
    find: 'left = pending;',
    replace: '',
  },
  // Blame for unknown messages:
  {
    name: 'buries what was refused in words that it does not know',
    file: 'domain/delivery/next-step.ts',
    find: "case 'refused_unknown': return { kind: 'suspect',",
    replace:
      "case 'refused_unknown': return batchSize > 0 ? { kind: 'fail', elements: new Map([[0, failure.message]]) } : { kind: 'suspect',",
  },
  {
    name: 'sends again what LinkedIn took without a word that can be read',
    file: 'objects/outbox/sending/apply-response.ts',
    find: 'taken.filter((delivery) => unread.has(delivery)),',
    replace: '[],',
  },
];
