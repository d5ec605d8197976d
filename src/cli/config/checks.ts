import { type Address, formatAddress, isLoopback } from '../../transport/address.ts';
import { z } from 'zod';
import { type LinkPair } from '../../replication/topology.ts';
import { MAX_NEIGHBOURS } from '../../store/neighbour-set.ts';
import { type Fault, formatPath, word } from './faults.ts';
import { hookFaults } from './hooks-schema.ts';
import { mapFaults } from './map-schema.ts';
import { PLACES_BUDGET, PLACES_CACHE } from './places-options.ts';
import { providerFaults } from './places-schema.ts';
import { addressSchema, linkSchema } from './schema.ts';
import type { Path } from './source.ts';
import { unknownServer } from './unknown-server.ts';
import { EXPECTED, parseName } from './values.ts';

/*
 * What the schema cannot say, since it concerns several values. The checks run over what can be
 * understood of a file that has other faults, so that all faults are reported at once.
 */

const outlineSchema = z.looseObject({
  servers: z.record(z.string(), z.unknown()).catch({}),
  links: z.array(z.unknown()).catch([]),
  places: z.record(z.string(), z.unknown()).catch({}),
  access: z.unknown().optional(),
  hooks: z.record(z.string(), z.unknown()).catch({}),
  map: z.unknown().optional(),
  replication: z.record(z.string(), z.unknown()).catch({}),
});

/** Finds what is wrong between the values of a configuration as it was read. */
export function crossFaults(value: unknown): Fault[] {
  const outline = outlineSchema.safeParse(value);
  if (!outline.success) return [];
  const { servers, links, places, access, hooks, map, replication } = outline.data;
  return [
    ...serverFaults(servers),
    ...(access === undefined ? gatewayFaults(servers) : []),
    ...linkFaults(Object.keys(servers), links),
    ...interestFaults(replication, links),
    ...providerFaults(places, value),
    ...caseFaults(Object.keys(servers)),
    ...folderFaults(Object.keys(servers)),
    ...dataFaults(value),
    ...hookFaults(hooks),
    ...mapFaults(map),
  ];
}

const PORTS = ['clients', 'peers', 'gateway'] as const;

function serverFaults(servers: Readonly<Record<string, unknown>>): Fault[] {
  const faults: Fault[] = Object.keys(servers)
    .filter((name) => parseName(name) === undefined)
    .map((name) => ({
      path: ['servers', name],
      message: `found ${word(name)}, expected ${EXPECTED.name}`,
    }));
  const taken = new Map<string, Path>();
  for (const [path, address] of addressesOf(servers)) {
    const text = formatAddress(address).toLowerCase();
    const first = taken.get(text);
    if (first === undefined) taken.set(text, path);
    else faults.push({ path, message: `found ${text}, which is ${formatPath(first)} already` });
  }
  return faults;
}

function addressesOf(servers: Readonly<Record<string, unknown>>): [Path, Address][] {
  return Object.entries(servers).flatMap(([name, server]) => {
    const values = z.record(z.string(), z.unknown()).safeParse(server).data ?? {};
    return PORTS.flatMap((port): [Path, Address][] => {
      const { data } = addressSchema.safeParse(values[port]);
      return data === undefined ? [] : [[['servers', name, port], data]];
    });
  });
}

/** Beyond loopback anybody who reaches a gateway could report as anybody. */
function gatewayFaults(servers: Readonly<Record<string, unknown>>): Fault[] {
  return addressesOf(servers).flatMap(([path, address]): Fault[] => {
    if (path.at(-1) !== 'gateway' || isLoopback(address.host)) return [];
    const message = `found ${formatAddress(address)}, expected loopback, or access, which says who may do what`;
    return [{ path, message }];
  });
}

function linkFaults(servers: readonly string[], links: readonly unknown[]): Fault[] {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  return links.flatMap((link, index): Fault[] => {
    const { data: pair } = linkSchema.safeParse(link);
    if (pair === undefined) return []; // the schema has reported it
    const path = ['links', index];
    const unknown = pair.filter((name) => !servers.includes(name));
    if (unknown.length > 0) {
      return unknown.map((name) => ({ path, message: unknownServer(name, servers) }));
    }
    const messages = [...pairFault(pair, seen), ...countFaults(pair, counts)];
    return messages.map((message) => ({ path, message }));
  });
}

/** Neighbours that are linked send each other every client. */
function interestFaults(
  { interest }: Readonly<Record<string, unknown>>,
  links: readonly unknown[],
): Fault[] {
  if (interest !== 'used' || links.length === 0) return [];
  const message =
    'found used beside links, expected no links: over them every server gets every client';
  return [{ path: ['replication', 'interest'], message }];
}

/** Reports each server that has too many neighbours once, at the link that is one too many. */
function countFaults(pair: LinkPair, counts: Map<string, number>): string[] {
  return pair.flatMap((name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count !== MAX_NEIGHBOURS + 1) return [];
    return [
      `found a link too many of ${word(name)}, expected at most ${MAX_NEIGHBOURS} of a server`,
    ];
  });
}

function pairFault([a, b]: LinkPair, seen: Set<string>): string[] {
  if (a === b) return [`found [${word(a)}, ${word(b)}], expected two different servers`];
  const key = [a, b].sort().join(' ');
  if (seen.has(key)) return [`found [${word(a)}, ${word(b)}], which is there already`];
  seen.add(key);
  return [];
}

/** Some file systems have one folder for both of two names that differ in case alone. */
function caseFaults(servers: readonly string[]): Fault[] {
  const seen = new Map<string, string>();
  return servers.flatMap((name): Fault[] => {
    const first = seen.get(name.toLowerCase());
    if (first === undefined) {
      seen.set(name.toLowerCase(), name);
      return [];
    }
    const message = `found ${word(name)}, which is ${word(first)} already but for its case`;
    return [{ path: ['servers', name], message }];
  });
}

/** What a server keeps beside its journal is not to be where another has its journal. */
function folderFaults(servers: readonly string[]): Fault[] {
  return servers.flatMap((name): Fault[] => {
    const owner = servers.find((other) =>
      [PLACES_CACHE, PLACES_BUDGET].some(
        (end) => name.toLowerCase() === (other + end).toLowerCase(),
      ),
    );
    if (owner === undefined) return [];
    const message = `found ${word(name)}, a name under which ${word(owner)} keeps data of its own`;
    return [{ path: ['servers', name], message }];
  });
}

const nothingKeptSchema = z.object({
  data: z.literal('none'),
  acknowledge: z.unknown().optional(),
  places: z.looseObject({ budget: z.unknown().optional() }).optional().catch(undefined),
});

/** What needs a folder, where there is none. */
function dataFaults(value: unknown): Fault[] {
  const { data: found } = nothingKeptSchema.safeParse(value);
  if (found === undefined) return [];
  const faults: Fault[] = [];
  if (found.acknowledge === 'journaled') {
    const message = 'found journaled, which needs a journal: data is none';
    faults.push({ path: ['acknowledge'], message });
  }
  if (found.places?.budget !== undefined) {
    const message =
      "the day's calls are counted on disk, so that a restart gives no further ones: data is none";
    faults.push({ path: ['places', 'budget'], message });
  }
  return faults;
}
