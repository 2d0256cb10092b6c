import { isMeant, nextUpdate } from '../../domain/access/entity-tag.ts';
import { hostOfAddress } from '../../domain/incidents/alerts/channel.ts';
import type { Address, Channel } from '../../domain/incidents/alerts/channel.ts';
import type { AlertChannelView } from '../../schema/alerts/alert-channel.ts';
import type { AlertOutbox } from './alert-outbox.ts';
import type { AlertsPorts } from './alerts-ports.ts';
import type { ChannelStore } from './channel-store.ts';

/** The most channels: as many as a large agency needs. Each incident is compared with each channel. */
const MAX_CHANNELS = 200;

export type ChannelChange = Partial<Omit<Channel, 'id' | 'type' | 'address' | 'created_at' | 'updated_at'>>;

/** The changes that people make to channels. */
export class ChannelChanges {
  readonly #channels: ChannelStore;
  readonly #outbox: AlertOutbox;
  readonly #ports: AlertsPorts;

  constructor({ channels, outbox, ports }: { channels: ChannelStore; outbox: AlertOutbox; ports: AlertsPorts }) {
    this.#channels = channels;
    this.#outbox = outbox;
    this.#ports = ports;
  }

  list(): AlertChannelView[] {
    return this.#channels.all().map((channel) => this.#view(channel));
  }

  async add(
    given: Omit<Channel, 'address' | 'created_at' | 'updated_at'>,
    address: Address,
  ): Promise<AlertChannelView | 'too_many'> {
    if (this.#channels.all().length >= MAX_CHANNELS) return 'too_many';
    const now = new Date(this.#ports.now()).toISOString();
    const host = hostOfAddress(given.type, address);
    const channel: Channel = { ...given, address: host, created_at: now, updated_at: now };
    await this.#channels.write(channel, address);
    return this.#view(channel);
  }

  /**
   * @param address The parts of the address that change. The others stay.
   * @param ifMatch The version that the change is meant for. Undefined: any.
   */
  async change(
    id: string,
    change: ChannelChange,
    address: Address,
    ifMatch?: string,
  ): Promise<AlertChannelView | 'not_found' | 'stale'> {
    const known = this.#channels.one(id);
    if (known === undefined) return 'not_found';
    if (!isMeant(ifMatch, known)) return 'stale';
    const whole = { ...(await this.#channels.addressOf(id)), ...address };
    const host = hostOfAddress(known.type, whole);
    const sealed = await this.#channels.seal(whole, id);
    // Another change may have been made while this one was sealed.
    const before = this.#channels.one(id);
    if (before === undefined) return 'not_found';
    if (!isMeant(ifMatch, before)) return 'stale';
    const updatedAt = nextUpdate(new Date(this.#ports.now()).toISOString(), before);
    const channel: Channel = { ...before, ...change, address: host, updated_at: updatedAt };
    this.#channels.replace(channel, sealed);
    return this.#view(channel);
  }

  remove(id: string): boolean {
    this.#outbox.dropOf(id, this.#ports.now());
    return this.#channels.remove(id);
  }

  /** Sends a test at once. Returns why it was not sent; undefined when it was. */
  async test(id: string): Promise<{ note: string | undefined } | 'not_found'> {
    const channel = this.#channels.one(id);
    if (channel === undefined) return 'not_found';
    const address = await this.#channels.addressOf(id);
    const nowMs = this.#ports.now();
    const alertId = this.#ports.newId('alt');
    const lines = [`This is a test of the channel “${channel.name}”. Nothing is wrong.`];
    const base = this.#ports.base();
    const words = { title: 'Test', lines, link: base === undefined ? undefined : `${base}/console#/alerts` };
    const note =
      address === undefined
        ? 'The address cannot be read: the encryption key was changed. Enter it again.'
        : await this.#ports.send(channel, address, {
            id: alertId,
            atMs: nowMs,
            type: 'test',
            words,
            incident: undefined,
          });
    const row = { id: alertId, channel_id: id, subject: `test:${alertId}`, revision: 1, type: 'test' };
    this.#outbox.addTest({ ...row, nowMs, dueMs: nowMs }, note);
    return { note };
  }

  #view(channel: Channel): AlertChannelView {
    const last = this.#outbox.latestOf(channel.id);
    const { state, note, done_at_ms: doneAtMs, made_at_ms: madeAtMs } = last ?? {};
    return {
      ...channel,
      last:
        state === undefined || state === 'dropped'
          ? null
          : { state, at: new Date(doneAtMs ?? madeAtMs ?? 0).toISOString(), note: note ?? null },
    };
  }
}
