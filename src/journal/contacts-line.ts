import type { Contact } from '../store/contact.ts';
import { isCount } from './counts.ts';

/*
 * The line of a log or a snapshot that notes when the server last had all that each neighbour had:
 * `LINKED [["Jaquez",1764201600]]`. A server has few neighbours, so it is short.
 */

const LINKED = 'LINKED ';

/** The line, without its end. */
export function formatContacts(contacts: readonly Contact[]): string {
  return LINKED + JSON.stringify(contacts.map(({ name, seconds }) => [name, seconds]));
}

/** @returns `undefined` where the line is not one of `formatContacts` */
export function parseContacts(line: string): readonly Contact[] | undefined {
  if (!line.startsWith(LINKED)) return undefined;
  const found: unknown = JSON.parse(line.slice(LINKED.length));
  if (!Array.isArray(found)) return undefined;
  const contacts = found.map(parseContact);
  return contacts.every((contact) => contact !== undefined) ? contacts : undefined;
}

export function isSameContacts(a: readonly Contact[], b: readonly Contact[]): boolean {
  if (a === b) return true;
  const isSame = ({ name, seconds }: Contact, index: number): boolean =>
    name === b[index]?.name && seconds === b[index].seconds;
  return a.length === b.length && a.every(isSame);
}

function parseContact(found: unknown): Contact | undefined {
  if (!Array.isArray(found)) return undefined;
  const fields: readonly unknown[] = found;
  const [name, seconds] = fields;
  if (fields.length !== 2 || typeof name !== 'string' || !isCount(seconds)) return undefined;
  return { name, seconds };
}
