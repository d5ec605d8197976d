import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { LinkKeys } from '#src/transport/link-keys.js';
import { SecretProof } from '#src/transport/secret-proof.js';
import { locate, moment, report } from './commands.ts';
import { eventuallyTrue } from './eventually.ts';
import { TestHerd } from './herd.ts';
import type { TestProcess } from './process.ts';
import { untilLink } from './server-log.ts';

/* A herd of three servers whose links want a secret. */

export const HERD = 'test-herd';
export const SECRET = 'the secret that every server of the herd knows';
export const OTHER_SECRET = 'a secret that nobody else in the herd knows';

/** Jaquez and Juzang have a link with Riley, and none with each other. */
export const [HUB, LEAVES] = ['Riley', ['Jaquez', 'Juzang']] as const;
export const SERVERS = [HUB, ...LEAVES];

export function makeHerd(): Promise<TestHerd> {
  return TestHerd.make({ servers: SERVERS, links: LEAVES.map((leaf) => [HUB, leaf]) });
}

/** Starts a server with these secrets. */
export function serve(herd: TestHerd, server: string, ...secrets: string[]): Promise<TestProcess> {
  return herd.serve(server, environment(secrets));
}

export function environment(secrets: readonly string[]): NodeJS.ProcessEnv {
  return { PROXY_HERD_SECRET: secrets.join('\n') };
}

/** Waits until all links are up, and then until each server knows what is reported to any other. */
export async function untilWhole(herd: TestHerd, time: number): Promise<void> {
  for (const leaf of LEAVES) {
    await untilLink(herd, HUB, leaf, 'link-up');
    await untilLink(herd, leaf, HUB, 'link-up');
  }
  for (const origin of SERVERS) {
    const at = await report(herd, origin, `reported-to-${origin}`, moment(time));
    await untilKnown(herd, SERVERS, `reported-to-${origin}`, at);
  }
}

export async function untilKnown(
  herd: TestHerd,
  servers: readonly string[],
  client: string,
  at: string,
): Promise<void> {
  for (const server of servers) {
    await eventuallyTrue(`${server} knows ${client}`, async () => {
      return (await locate(herd, server, client)) === at;
    });
  }
}

/** The keys of a server whose only neighbour is the hub. */
export function leafKeys(server: string, secret: string): LinkKeys {
  return new LinkKeys(HERD, server, [HUB], [secret]);
}

/** Dials the hub; returns the socket when it is open, or has failed. */
export async function dialHub(herd: TestHerd, keys: LinkKeys): Promise<TLSSocket> {
  const socket = new SecretProof(keys).dial(HUB, herd.peers(HUB));
  await once(socket, 'secureConnect').catch(() => undefined);
  return socket;
}
