import type { Access } from '../../domain/delivery/access.ts';
import type { Limiter } from '../../linkedin/ask-linkedin.ts';
import type { RequestLine } from '../../linkedin/request-line.ts';
import type { SentBatch } from '../../linkedin/send-conversions.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { Database } from '../sql.ts';
import type { PayloadKeys } from './keys/payload-keys.ts';

/** What the outbox needs of the ports. Handed in, so that a simulation can be the ports. */
export type Ports = {
  /** Whose outbox it is; undefined where the platform does not say. */
  sourceId: string | undefined;
  database: Database;
  /** How large the database is, in bytes. */
  databaseBytes(): number;
  /** Where it is to be less than is usual. */
  room?: Partial<Room>;
  now(): number;
  /** A number in [0, 1). */
  random(): number;
  sleep(ms: number): Promise<void>;
  alarm: { get(): Promise<number | null>; set(atMs: number): Promise<void>; clear(): Promise<void> };
  payloads: Payloads;
  /** Whether the registry has the source, which was deleted before. */
  isSourceBack(): Promise<boolean>;
  /** How long the source keeps what it need not keep for the delivery itself. */
  retention(): Promise<Retention>;
  /** Undefined when there is none of this id. */
  integration(integrationId: string): Promise<Integration | undefined>;
  access(integrationId: string): Promise<Access>;
  /** Says that LinkedIn refused a token, and gives another. */
  refused(integrationId: string, tokenId: string): Promise<Access>;
  limiter(key: string): Limiter;
  send(request: { token: string; version: string; elements: readonly string[] }): Promise<SentBatch>;
  log(where: string, error: unknown): void;
  /** Once for each request. */
  logRequest(line: RequestLine): void;
};

/** Above which sizes a database takes less in. */
export type Room = {
  /** What leads to no delivery is counted, and not kept. */
  conversionsOnlyBytes: number;
  /** Nothing is taken. */
  fullBytes: number;
};

/** Seals payloads while they wait, and throws the keys away of what is to be noise. */
export type Payloads = Pick<
  PayloadKeys,
  | 'seal'
  | 'open'
  | 'unreadable'
  | 'unusable'
  | 'remember'
  | 'placesOf'
  | 'condemn'
  | 'condemned'
  | 'keysOfOlderVersions'
  | 'throwAway'
  | 'throwAwayAtMs'
  | 'names'
  | 'inherit'
>;

export type Retention = {
  /** What became of events, and the memory of which were received before. */
  eventsMs: number;
  /** The payloads of dead letters. */
  deadLettersMs: number;
};
