import type { Address, Channel } from '../../domain/incidents/alerts/channel.ts';
import type { Sql } from '../sql.ts';

/** Seals a channel's address, and opens it. */
export type AddressSeal = {
  seal(address: Address, channelId: string): Promise<string>;
  /** Returns undefined when the encryption key was changed. */
  open(sealed: string, channelId: string): Promise<Address | undefined>;
};

/** Stores channels. Their addresses are secrets, because anybody who has the address of a webhook can send to it. */
export class ChannelStore {
  readonly #sql: Sql;
  readonly #seal: AddressSeal;

  constructor(sql: Sql, seal: AddressSeal) {
    this.#sql = sql;
    this.#seal = seal;
  }

  all(): Channel[] {
    return this.#sql
      .exec<{ body: string }>('SELECT body FROM channels ORDER BY id')
      .toArray()
      .map(({ body }) => channelOf(body));
  }

  one(id: string): Channel | undefined {
    const [row] = this.#sql.exec<{ body: string }>('SELECT body FROM channels WHERE id = ?', id).toArray();
    return row === undefined ? undefined : channelOf(row.body);
  }

  async addressOf(id: string): Promise<Address | undefined> {
    const [row] = this.#sql.exec<{ address: string }>('SELECT address FROM channels WHERE id = ?', id).toArray();
    return row === undefined ? undefined : this.#seal.open(row.address, id);
  }

  async write(channel: Channel, address: Address): Promise<void> {
    this.replace(channel, await this.seal(address, channel.id));
  }

  seal(address: Address, channelId: string): Promise<string> {
    return this.#seal.seal(address, channelId);
  }

  /** @param sealed The address, sealed. */
  replace(channel: Channel, sealed: string): void {
    this.#sql.exec(
      `INSERT INTO channels (id, body, address) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET body = excluded.body, address = excluded.address`,
      channel.id,
      JSON.stringify(channel),
      sealed,
    );
  }

  /** Seals every address again, with the first key of ENCRYPTION_KEY. An address that no key opens stays as it is. */
  async sealAgain(): Promise<void> {
    for (const channel of this.all()) {
      const address = await this.addressOf(channel.id);
      if (address !== undefined) await this.write(channel, address);
    }
  }

  remove(id: string): boolean {
    const isThere = this.one(id) !== undefined;
    this.#sql.exec('DELETE FROM channels WHERE id = ?', id);
    return isThere;
  }
}

/** `write` wrote it from a value of this type. */
function channelOf(body: string): Channel {
  return JSON.parse(body);
}
