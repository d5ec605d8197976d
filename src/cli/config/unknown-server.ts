import { didYouMean } from '../closest.ts';
import { word } from './faults.ts';

/** `no server Rily; did you mean Riley? (the servers are Riley, Jaquez)` */
export function unknownServer(name: string, servers: readonly string[]): string {
  const known = servers.map(word).join(', ');
  return `no server ${word(name)}${didYouMean(name, servers)} (the servers are ${known})`;
}
