import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { isLoopback } from '../../transport/address.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { within } from './within.ts';

const EVERY_ADDRESS = new Set(['0.0.0.0', '::']);

/** The servers of a configuration that belong on this machine: those whose client port is one of its addresses. */
export async function localServers({ servers }: HerdConfig): Promise<ReadonlySet<string>> {
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)),
  );
  const local = await Promise.all(
    Array.from(servers, async ([name, { clients }]) =>
      (await isOwn(clients.host, own)) ? [name] : [],
    ),
  );
  return new Set(local.flat());
}

async function isOwn(host: string, own: ReadonlySet<string>): Promise<boolean> {
  if (isLoopback(host) || EVERY_ADDRESS.has(host) || own.has(host)) return true;
  const found = await within(lookup(host, { all: true })).catch(() => []); // the links say what is wrong
  return found.some(({ address }) => own.has(address) || isLoopback(address));
}
