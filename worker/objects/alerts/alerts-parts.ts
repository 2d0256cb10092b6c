import { IV_BYTES, open, parseKeyRing, seal } from '../../domain/sealing/sealed-box.ts';
import type { Env } from '../../env.ts';
import type { BackupRecord } from '../../schema/backup.ts';
import { BeingRestored } from '../copy/copied-in-backups.ts';
import { CopiedObject } from '../copy/copied-object.ts';
import type { Unfit } from '../copy/paste-tables.ts';
import { placed } from '../placement.ts';
import { AlertsEngine } from './alerts-engine.ts';
import type { AlertsPorts } from './alerts-ports.ts';
import { ALERTS_MIGRATIONS } from './alerts-schema.ts';
import { ChannelChanges } from './channel-changes.ts';
import type { AddressSeal } from './channel-store.ts';
import { outsideOf } from './outside.ts';

/** The address at which a person last used this installation. It is needed if PUBLIC_URL is not set. */
const BASE = 'base';

/** The parts of the Alerts object on the platform. */
export class AlertsParts {
  readonly #storage: DurableObjectStorage;
  readonly #ports: AlertsPorts;
  readonly #copied: CopiedObject;
  /** Undefined until it is needed, and while the object is being restored. */
  #running: { engine: AlertsEngine; channels: ChannelChanges } | undefined;

  constructor({ storage, id }: DurableObjectState, bindings: Env) {
    const env = placed(bindings);
    this.#ports = {
      ...outsideOf(env),
      database: { sql: storage.sql, transaction: (work) => storage.transactionSync(work) },
      alarm: {
        get: () => storage.getAlarm(),
        set: (atMs) => storage.setAlarm(atMs),
        clear: () => storage.deleteAlarm(),
      },
      seal: addressSeal(env),
      base: () => publicBase(env) ?? storage.kv.get<string>(BASE),
    };
    this.#storage = storage;
    this.#copied = new CopiedObject({
      database: this.#ports.database,
      migrations: ALERTS_MIGRATIONS,
      owner: id.toString(),
    });
  }

  get engine(): AlertsEngine {
    return this.#work.engine;
  }

  get channels(): ChannelChanges {
    return this.#work.channels;
  }

  get #work(): { engine: AlertsEngine; channels: ChannelChanges } {
    if (this.#copied.isRestoring) throw new BeingRestored('The alerts are being restored');
    if (this.#running === undefined) {
      const engine = new AlertsEngine(this.#ports);
      const { channels, outbox } = engine;
      this.#running = { engine, channels: new ChannelChanges({ channels, outbox, ports: this.#ports }) };
    }
    return this.#running;
  }

  /** Does nothing while the object is being restored: `finishRestore` sets the alarm again. */
  async alarm(): Promise<void> {
    if (!this.#copied.isRestoring) await this.engine.run();
  }

  backup(): ReadableStream<Uint8Array> {
    // Creating it also updates the tables to the newest schema.
    void this.#work;
    return this.#copied.stream();
  }

  async restore(record: BackupRecord): Promise<Unfit | undefined> {
    this.#running = undefined;
    return this.#copied.take(record);
  }

  /** Called when everything is restored. Seals the addresses again with the first key, and sends the waiting alerts. */
  async finishRestore(): Promise<void> {
    this.#copied.finish();
    await this.engine.channels.sealAgain();
    await this.engine.setAlarm();
  }

  /** Deletes what was restored. */
  async undoRestore(): Promise<void> {
    this.#running = undefined;
    await this.#storage.deleteAlarm();
    await this.#storage.deleteAll();
  }

  /** Records the address at which a person has used this installation. */
  noteBase(base: string): void {
    this.#storage.kv.put(BASE, base);
  }
}

function publicBase({ PUBLIC_URL: setting = '', BASE_PATH: path }: Env): string | undefined {
  const url = URL.parse(setting.split(',')[0]?.trim() ?? '');
  return url === null ? undefined : `${url.origin}${path.replace(/\/+$/, '')}`;
}

function addressSeal(env: Env): AddressSeal {
  const keyRing = (): Uint8Array[] => parseKeyRing(env.ENCRYPTION_KEY ?? '');
  const bindingOf = (owner: string) => ({ purpose: 'alert-channel', owner });
  return {
    seal: (address, channelId) =>
      seal(JSON.stringify(address), {
        keyRing: keyRing(),
        binding: bindingOf(channelId),
        iv: crypto.getRandomValues(new Uint8Array(IV_BYTES)),
      }),
    open: async (sealed, channelId) => {
      const text = await open(sealed, { keyRing: keyRing(), binding: bindingOf(channelId) });
      // `seal` wrote it from a value of this type.
      return text === undefined ? undefined : JSON.parse(text);
    },
  };
}
