import { IV_BYTES, open, parseKeyRing, seal } from '../../domain/sealing/sealed-box.ts';
import type { Env } from '../../env.ts';
import { placed } from '../placement.ts';
import { AlertsEngine } from './alerts-engine.ts';
import type { AlertsPorts } from './alerts-ports.ts';
import { ChannelChanges } from './channel-changes.ts';
import type { AddressSeal } from './channel-store.ts';
import { outsideOf } from './outside.ts';

/** The address of this installation as a person last used it, for when PUBLIC_URL is not set. */
const BASE = 'base';

/** The parts of the Alerts object on the platform. */
export class AlertsParts {
  readonly engine: AlertsEngine;
  readonly channels: ChannelChanges;
  readonly #storage: DurableObjectStorage;

  constructor({ storage }: DurableObjectState, bindings: Env) {
    const env = placed(bindings);
    const ports: AlertsPorts = {
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
    this.engine = new AlertsEngine(ports);
    this.channels = new ChannelChanges({ channels: this.engine.channels, outbox: this.engine.outbox, ports });
  }

  /** Notes the address of this installation that a person has used. */
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
