/** The facts that one check of a source collects. From these, `symptomsOf` finds out what is wrong. */
export type SourceFacts = {
  sourceId: string;
  nowMs: number;
  integrations: readonly IntegrationFacts[];
  health: SourceHealth;
  /** The refused traffic of the last 24 hours, except from origins that have been allowed since. */
  refused: readonly RefusedFacts[];
};

export type IntegrationFacts = {
  id: string;
  name: string;
  isEnabled: boolean;
  /** The LinkedIn app, which several integrations may share. */
  appId: string | undefined;
  version: string;
  /** A person set the version. */
  isVersionPinned: boolean;
  /** The version that deliveries use. It differs when LinkedIn retires the configured one, or has retired it. */
  workingVersion: string;
  /** The days until LinkedIn retires the version that deliveries use. */
  versionDaysLeft: number | undefined;
  /** LinkedIn has answered that it no longer has the version that deliveries use. */
  isVersionGone: boolean;
  /** The version that the next batch should try, and the version that has been set for it so far. */
  nextVersion: string | undefined;
  triedVersion: string | undefined;
  /** The newest version with which LinkedIn refused a batch, and LinkedIn's message. */
  refusedVersion: { version: string; message: string } | undefined;
  /** The newest version that LinkedIn answers with, if it was asked. */
  newestVersion: string | undefined;
  accessDaysLeft: number | undefined;
  reconnectDaysLeft: number | undefined;
  isRenewable: boolean;
};

/** The deliveries of a source by integration, as its outbox reports them. */
export type SourceHealth = {
  storage: { bytes: number; isForConversionsOnly: boolean };
  integrations: readonly IntegrationHealth[];
};

export type IntegrationHealth = {
  integrationId: string;
  /** Why the whole integration is held. */
  hold: Hold | null;
  /** The number of deliveries in the last 24 hours, by outcome. */
  unconfirmed: number;
  accepted: number;
  failed: number;
  rules: readonly RuleHealth[];
};

export type RuleHealth = {
  ruleId: string;
  waiting: number;
  hold: Hold | null;
  /** Successive failures. */
  failures: number;
  dueAtMs: number;
  /** When the oldest waiting delivery happened, and when it arrived. Null when none waits. */
  oldestHappenedAtMs: number | null;
  oldestEnqueuedAtMs: number | null;
  /** The value of the waiting deliveries, if they are held. */
  value: readonly { currency: string; amount: string }[];
};

type Hold = { reason: string; sinceMs: number };

export type RefusedFacts = { code: string; events: number; detail: string; lastAtMs: number };
