import { plural } from './plural.ts';

export const doctor = {
  title: 'Doctor',
  lead: 'Asks LinkedIn and looks at everything that can be wrong with this connection, the worst first.',
  notConnected: 'There is something to look at once the source is connected to LinkedIn.',
  checking: 'Asking LinkedIn…',
  again: 'Check again',
  healthy: 'Nothing is wrong with this set-up.',
  healthyMore: 'Token, role, ad account, rules, version, consent and quota were looked at.',
  count: (count: number) => plural(count, 'finding', 'findings'),
  severities: { error: 'Nothing or not all arrives', warning: 'Look at this', notice: 'Could be better' },
  remedy: 'What to do',
  toPlaces: {
    linkedin: 'Go to the connection',
    mappings: 'Go to the mappings',
    deliveries: 'Go to the deliveries',
    settings: 'Go to the settings',
    live: 'Go to live events',
  },
  values: (days: number) => `Odd values in the last ${plural(days, 'day', 'days')}`,
  valuesFine: 'Nothing odd about the values that events brought.',
  lastDay: 'The last day',
  events: 'Events that a mapping wanted',
  clickIds: 'With a click id',
  emails: 'With an e-mail',
  checkedAt: 'Checked',
};

export const lint = {
  title: 'Odd about its values',
  actions: { fixed: 'fixed', left_out: 'left out', skipped: 'skipped' },
};
