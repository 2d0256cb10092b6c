import type { AlertChannelCreate, ChannelType } from '../../../schema/alerts/alert-channel.ts';

/** A channel for alerts, without its address. */
export type Channel = Omit<AlertChannelCreate, keyof Address> & {
  id: string;
  /** The host of the address. */
  address: string;
  created_at: string;
  updated_at: string;
};

/** The secrets of a channel. */
export type Address = {
  url?: string;
  routing_key?: string;
  to?: string;
  from?: string;
  /** The key that signs requests to a webhook. */
  secret?: string;
};

/** PagerDuty's Events API v2. https://developer.pagerduty.com/docs/events-api-v2/overview (read 2026-11) */
export const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue';

const NEEDED: Readonly<Record<ChannelType, readonly (keyof Address)[]>> = {
  webhook: ['url'],
  slack: ['url'],
  heartbeat: ['url'],
  pagerduty: ['routing_key'],
  email: ['to', 'from'],
};

const ALLOWED: Readonly<Record<ChannelType, readonly (keyof Address)[]>> = {
  ...NEEDED,
  webhook: ['url', 'secret'],
  pagerduty: ['routing_key', 'url'],
};

/** Returns the fields that an address of this type needs but that are missing, and the fields that it must not have. */
export function addressFaults(type: ChannelType, address: Address): { missing: string[]; extra: string[] } {
  const given = Object.keys(address);
  return {
    missing: NEEDED[type].filter((field) => !given.includes(field)),
    extra: given.filter((field) => !ALLOWED[type].some((allowed) => allowed === field)),
  };
}

/**
 * Returns the host of an address, by which people recognise it. The result contains no part of a path, a key or a
 * person's name.
 */
export function hostOfAddress(type: ChannelType, { url, to }: Address): string {
  if (type === 'email') return (to ?? '').replace(/^.*@/, '');
  return hostOf(url ?? (type === 'pagerduty' ? PAGERDUTY_URL : ''));
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? '';
}
