import type { SearchKind } from '../../worker/schema/reports/search.ts';
import { access } from './texts/access.ts';
import { alerts } from './texts/alerts.ts';
import { deliveries } from './texts/deliveries.ts';
import { doctor, lint } from './texts/doctor.ts';
import { home } from './texts/home.ts';
import { imports } from './texts/imports.ts';
import { account, connect, integration } from './texts/integration.ts';
import { ledger } from './texts/ledger.ts';
import { live } from './texts/live.ts';
import { mapToo } from './texts/map-too.ts';
import { fields, mappings, preview, trigger } from './texts/mappings.ts';
import { plural } from './texts/plural.ts';
import { privacy } from './texts/privacy.ts';
import { refused } from './texts/refused.ts';
import { rule } from './texts/rule.ts';
import { remedies, rules } from './texts/rules.ts';
import { setUp } from './texts/set-up.ts';
import { consentAnswer, consentCategory, consentReporter, missingAnswer } from './texts/shared/consent.ts';
import { newSource, source } from './texts/sources.ts';
import { skips, states } from './texts/states.ts';

/** All English texts of the console. Those of each page are in `texts/`. */
export const texts = {
  product: 'Directflight',
  skip: 'Skip to the content',
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save changes',
  saved: 'Saved.',
  loading: 'Loading…',
  retry: 'Try again',
  copy: 'Copy',
  copied: 'Copied',
  copyByHand: 'Selected. Press Ctrl+C',
  more: 'Show more',
  yes: 'Yes',
  no: 'No',
  never: '—',
  pageView: 'Page view',
  spacesAround: 'This name begins or ends with a space',
  percent: (share: number): string => `${Math.round(share * 100)} %`,
  states,
  consentAnswer,
  consentCategory,
  consentReporter,
  missingAnswer,
  skipReason: (reason: string): string => Object.entries(skips).find(([code]) => code === reason)?.[1] ?? reason,

  nav: {
    home: 'Home',
    source: 'Site',
    hints: {
      ledger: 'Every event received, and its outcome',
      doctor: 'Finds what is wrong, and how to fix it',
      import: 'Conversions from a file',
      rules: 'What LinkedIn counts as a conversion',
      mappings: 'Which events become conversions',
      deliveries: 'Events on their way to LinkedIn',
    },
    sources: 'Sites',
    newSource: 'New site',
    setup: 'Set-up',
    overview: 'Overview',
    zone: 'Time zone',
    /** The menu is narrow, so the area, as in America/Argentina/Buenos_Aires, is left out. */
    zones: { utc: 'UTC', browser: (zone: string) => `${zone.replaceAll('_', ' ').split('/').at(-1)} (local)` },
    zoneShown: {
      utc: 'Times and days are in UTC.',
      browser: (zone: string) => `Times are in ${zone}. Events are counted by days in UTC.`,
    },
    live: 'Live events',
    mappings: 'Mappings',
    rules: 'Conversion rules',
    doctor: 'Doctor',
    settings: 'Settings',
    privacy: 'Privacy',
    alerts: 'Alerts',
    access: 'Access',
    auditLog: 'Audit log',
    instance: 'Instance',
    menu: 'Menu',
    integration: 'LinkedIn',
    deliveries: 'Deliveries',
    ledger: 'Ledger',
    imports: 'Import',
    signOut: 'Sign out',
    main: 'Pages',
  },

  signIn: {
    title: 'Sign in',
    lead: 'Directflight sends your site’s conversions to LinkedIn, and shows what happened to each.',
    label: 'Token',
    where:
      'The admin token, or one that an owner created for you. The admin token is the secret ADMIN_TOKEN on Cloudflare.',
    whereLocal: 'The admin token, or one that an owner created for you. npm run dev prints the admin token.',
    button: 'Sign in',
    kept: 'The token is not stored. A cookie that scripts can’t read keeps you signed in for twelve hours.',
    missing: 'Paste your token.',
    wrong: 'This token isn’t valid. Check for missing or extra characters, and that this is the right Worker.',
    notConfigured:
      'This Worker has no ADMIN_TOKEN yet, so nobody can sign in. Set it with: npx wrangler secret put ADMIN_TOKEN. Then sign in here.',
    endedHere: 'Your session has ended. Sign in to continue: this page and what you typed are kept.',
  },

  search: {
    label: 'Search',
    placeholder: 'Search',
    results: 'Search results',
    what: 'Search for message IDs, order IDs, deliveries, event names, conversion rules, mappings, connections and sites.',
    whatNot:
      'Enter the whole ID of an order. It is searched in each site’s newest 10,000 events for conversion rules, and in the events that no rule asks for. Older orders are found if a mapping sends the order ID as the event ID. Enter other IDs from their first character, with capitals and small letters as they are. Names of conversion rules are searched for the chosen site only. Other values, such as e-mail addresses, are not stored in clear text, so they can’t be searched.',
    none: (text: string) => `Nothing found for “${text}”`,
    inLog: (text: string) => `Look for “${text}” in the audit log`,
    inLogWhy: 'It has former names of sites and other changes.',
    erase: 'Erase a person by their e-mail address',
    skipped: (site: string) => `Skipped events of ${site}`,
    ofOrder: (order: string) => `Order ${order}, as you typed it. Only a hash of it is stored.`,
    orderTyped: (order: string) => `${order}, as you typed it in the search. Only a hash of it is stored.`,
    count: (count: number) => plural(count, 'result', 'results'),
    more: 'There are more. Type more of the name or ID to see them.',
    moreSites: (count: number) => `You have more sites. Only ${plural(count, 'was', 'were')} searched.`,
    kinds: {
      event: 'Events',
      delivery: 'Deliveries',
      conversion_rule: 'Conversion rules',
      mapping: 'Mappings',
      event_name: 'Event names',
      connection: 'Connections',
      source: 'Sites',
    } satisfies Record<SearchKind, string>,
  },

  conflict: {
    title: 'Somebody else has changed this',
    lead: 'Another person saved changes while you were editing. Choose what to keep.',
    leadAt: (time: string) => `Another person saved changes at ${time} while you were editing. Choose what to keep.`,
    sides: { theirs: 'Saved now', mine: 'Yours' },
    onlyTheirs: 'Only the other person changed this.',
    onlyMine: 'Only you changed this.',
    both: 'Both of you changed this.',
    empty: 'Empty',
    save: 'Save this choice',
    allMine: 'Keep all of mine',
    allTheirs: 'Take all of theirs',
    edit: 'Go on editing',
    kept: 'Not saved yet',
    keptMore: 'Somebody else has changed this in the meantime. Save again to see both versions.',
    again: {
      title: 'Changed in the meantime',
      detail: 'Somebody else has changed this. Reload the page, then try again.',
    },
  },

  unsaved: {
    title: 'Leave without saving?',
    text: 'Your changes on this page are not saved yet.',
    leave: 'Leave',
    stay: 'Stay',
  },

  problems: {
    unreachable: {
      title: 'No answer',
      detail: 'The Worker can’t be reached. Check your network, and that the Worker is running.',
    },
    noProblem: (status: number) => ({
      title: 'Unexpected answer',
      detail: `Something other than the Worker answered, with status ${status}. Check for a proxy or an access policy in front of it.`,
    }),
    fault: {
      title: 'This part could not be shown',
      detail: 'The rest of the page still works. Reload the page to try again. If it happens again, report it.',
    },
    reload: 'Reload the page',
    unreadable: {
      title: 'The answer could not be read',
      detail: 'The Worker sent something that this page doesn’t understand. Reload the page to try again.',
    },
    noPage: { title: 'Page not found', detail: 'The console has no page at this address.' },
    home: 'Go to the home page',
    noPermission: 'You don’t have access to this',
    needs: (role: string) => `You can see this, but changing it needs the role ${role}.`,
  },

  form: {
    problem: (detail: string): string => `${detail.charAt(0).toUpperCase()}${detail.slice(1)}`,
    /** `E-mail` is written small in a sentence, `LinkedIn` and `FQL` are not. */
    missing: (label: string): string =>
      `Enter the ${label.replace(/^[A-Z](?=[a-z-]*(?: |$))/, (letter) => letter.toLowerCase())}.`,
    line: (number: number, detail: string): string => `Line ${number}: ${detail}.`,
    entry: (number: number, detail: string): string => `Entry ${number}: ${detail}.`,
  },

  home,

  newSource,

  source,

  live,

  integration,

  deliveries,

  ledger,
  imports,

  refused,

  setUp,

  connect,

  account,

  rule,

  rules,

  remedies,

  mappings,

  mapToo,

  trigger,

  fields,

  preview,

  doctor,

  lint,

  privacy,

  access,

  alerts,
};
