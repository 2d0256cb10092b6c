import type { ColumnName } from './column-name.ts';
import { placesCalled } from './field-names.ts';
import { freePlaces, saysNothing } from './file-view.ts';
import type { FileView, FoundColumns } from './file-view.ts';

const E_MAIL = /e?mail|correo|courriel|epost/g;

/** Words beside `e-mail` that say which of the person's addresses it is. With any other word, it may be somebody else's. */
const KINDS: ReadonlySet<string> = new Set(
  (
    'person contact contacts lead customer client kunde kunden kontakt primary secondary main alternate alternative ' +
    'additional other work business company corporate office home personal private privat private direct ' +
    'geschaftlich geschaftliche beruflich berufliche dienstlich firma firmen prive professionnel professionnelle ' +
    'personnel personnelle pro trabajo lavoro personale trabalho pessoal werk zakelijk zakelijke jobb arbete ' +
    'buyer subscriber member attendee your my ihre votre tu what is the ' +
    'address addresses adresse adressen adress adres electronico elettronica electronica a de del di du da do ' +
    'sha sha256 hash hashed value'
  ).split(' '),
);

const looksLikeAddress = (cell: string): boolean =>
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cell) || /^[\da-f]{64}$/i.test(cell);

/**
 * Finds the columns with the person's e-mail addresses. Those of an owner, a creator or anybody else have words in their
 * names that we don't know as the person's, so they are only named.
 */
export function emailColumns(file: FileView): FoundColumns {
  const free = freePlaces(file);
  const called = placesCalled('email', file.names).filter((at) => free.includes(at));
  const kinds = free.filter((at) => !called.includes(at) && isKindOfEmail(file.names[at]));
  const sure = [...called, ...kinds];
  const open = free.filter((at) => !sure.includes(at) && file.isMostly(at, looksLikeAddress));
  const [only, ...more] = open.filter((at) => saysNothing(file.names[at]));
  return { sure, only: more.length === 0 ? only : undefined, open };
}

function isKindOfEmail(name: ColumnName | undefined): boolean {
  if (name === undefined || name.object === 'company' || name.words.search(E_MAIL) < 0) return false;
  const beside = name.words.replaceAll(E_MAIL, ' ').replaceAll(/\d+(?!\d*6)/g, ' ');
  return beside.split(' ').every((word) => word === '' || KINDS.has(word));
}
