import { everywhere } from './shared/everywhere.ts';

export const mapToo = {
  title: (name: string) => `Map “${name}” too?`,
  now: (mapping: string, asked: string) =>
    mapping === asked ? `“${asked}” is mapped.` : `The mapping “${mapping}” accepts “${asked}”.`,
  both: 'Both spellings are then conversions:',
  and: 'and',
  counts: (rules: readonly string[]) =>
    `They count for the conversion ${rules.length === 1 ? 'rule' : 'rules'} ${rules.join(' and ')}.`,
  notEarlier: 'This is for new events. Events that were skipped are not sent later.',
  yes: 'Accept both',
  done: (name: string) => `“${name}” is mapped too. It counts for new events, everywhere ${everywhere}.`,
  changed: 'The mapping has changed',
  changedMore:
    'It no longer misses this name, or its conditions are too complicated to change here. Open it under Mappings.',
};
