import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectedGroups, type LinkPair } from '#src/replication/topology.js';
import { locate, moment, report } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import type { TestProcess } from '../support/process.ts';
import { IS_ON_NATS } from '../support/replication.ts';

const { servers } = DIAGRAM;
/** On NATS every server reaches every other one. */
const links = IS_ON_NATS
  ? servers.flatMap((a) => servers.map((b): LinkPair => [a, b]))
  : (DIAGRAM.links ?? []);

/** Any two servers of the diagram. */
export type Pair = readonly [string, string];

/** Defines the test that, with two servers killed, each remaining group goes on, and all agree in the end. */
export function testKilledPairs(pairs: readonly Pair[]): void {
  test('two servers killed: each remaining group goes on, and all agree in the end', async (t) => {
    await using herd = await TestHerd.make(DIAGRAM);
    const processes = await herd.serveAll();
    const reports = new Reports(herd);
    for (const pair of pairs)
      await t.test(titleOf(pair), () => survive(herd, processes, reports, pair));
  });
}

/** The servers that are left without two, in the groups that are still linked. */
function groupsWithout(pair: Pair): string[][] {
  const left = servers.filter((server) => !pair.includes(server));
  return connectedGroups(
    left,
    links.filter((link) => link.every((name) => left.includes(name))),
  );
}

function titleOf(pair: Pair): string {
  const groups = groupsWithout(pair).map((group) => group.join(', '));
  return `without ${pair.join(' and ')}: ${groups.join(' | ')}`;
}

/** Kills two servers, has each group get reports that are not to reach the others, and starts them again. */
async function survive(
  herd: TestHerd,
  processes: Map<string, TestProcess>,
  reports: Reports,
  pair: Pair,
): Promise<void> {
  const killed = pair.flatMap((name) => processes.get(name) ?? []);
  for (const process of killed) process.signal('SIGKILL');
  await Promise.all(killed.map((process) => process.exited));

  // What is reported first has had the time of the second round to get where it should not.
  const groups = groupsWithout(pair);
  const reported = [...(await reports.round(groups)), ...(await reports.round(groups))];
  for (const { client, group } of reported) {
    for (const server of groups.flat().filter((name) => !group.includes(name))) {
      assert.equal(await locate(herd, server, client), undefined, `${server} knows ${client}`);
    }
  }

  for (const name of pair) processes.set(name, await herd.serve(name));
  await reports.untilKnownAt(servers);
}

interface Reported {
  readonly client: string;
  /** The servers that it can reach. */
  readonly group: readonly string[];
}

/** What has been reported so far, and who must know of it. */
class Reports {
  readonly #herd: TestHerd;
  /** By client, the `AT` line that the herd has to agree on. */
  readonly #newest = new Map<string, string>();
  #count = 0;

  constructor(herd: TestHerd) {
    this.#herd = herd;
  }

  /**
   * Reports a new client at every server of the groups, and everywhere one and the same that moves
   * on; waits until each group knows what was reported to it.
   */
  async round(groups: readonly (readonly string[])[]): Promise<Reported[]> {
    const reported: Reported[] = [];
    for (const group of groups) {
      const clients = ['wanderer'];
      for (const server of group) {
        const client = `client-${this.#count}`;
        await this.#report(server, client);
        await this.#report(server, 'wanderer');
        clients.push(client);
        reported.push({ client, group });
      }
      await this.untilKnownAt(group, clients);
    }
    return reported;
  }

  /** Waits until each of the servers has the newest report of each client. */
  async untilKnownAt(group: readonly string[], clients = [...this.#newest.keys()]): Promise<void> {
    for (const server of group) {
      for (const client of clients) {
        await eventuallyTrue(`${server} has the newest report of ${client}`, async () => {
          return (await locate(this.#herd, server, client)) === this.#newest.get(client);
        });
      }
    }
  }

  async #report(server: string, client: string): Promise<void> {
    this.#count += 1;
    this.#newest.set(client, await report(this.#herd, server, client, moment(this.#count)));
  }
}
