import { plural } from './plural.ts';

export const doctor = {
  title: 'Doctor',
  lead: 'Checks this connection and asks LinkedIn about it. The worst problems come first.',
  notConnected: 'The doctor can check the connection once the site is connected to LinkedIn.',
  checking: 'Asking LinkedIn…',
  again: 'Check again',
  healthy: 'No problems found.',
  healthyMore: 'Checked: token, role, ad account, rules, version, consent and quota.',
  silent: 'No event has arrived from this site yet',
  silentHealthy: 'The connection itself has no problems.',
  silentMore:
    'What your site sends can’t be checked before that. Put the snippet on your site and open a page, or send an event from your server. Then check again.',
  count: (count: number) => plural(count, 'finding', 'findings'),
  severities: { error: 'Conversions are missing', warning: 'Check this', notice: 'Could be better' },
  remedy: 'What to do',
  values: (days: number) => `Odd values in the last ${plural(days, 'day', 'days')}`,
  valuesFine: 'No odd values.',
  valuesNone: 'No event to check yet.',
  lastDay: 'The last day',
  events: 'Events with a mapping',
  clickIds: 'With a click ID',
  emails: 'With an e-mail',
  checkedAt: 'Checked',
};

export const lint = {
  title: 'Odd values',
  actions: { fixed: 'fixed', left_out: 'left out', skipped: 'skipped' },
};
