import assert from 'node:assert/strict';
import { setImmediate as nextIteration } from 'node:timers/promises';
import { Random } from '../../simulation/random.ts';
import { TestClient } from '../../support/client.ts';
import { locate, moment, readUntilClosed, report } from '../../support/commands.ts';
import { eventually } from '../../support/eventually.ts';
import { TestHerd } from '../../support/herd.ts';
import { brokenLinks, untilLink } from '../../support/server-log.ts';
import type { Target } from '../fuzz.ts';
import { LINK_WORDS, linkLines, withoutJaquez } from '../lines.ts';
import { chunks, hashOf } from '../mutate.ts';
import { Canary } from './canary.ts';

/**
 * The peer port of a real Riley, whose link with a real Jaquez has to stay up and carry locations both
 * ways. The fuzzer poses as Juzang, another neighbour, which does not run. With a secret it is refused
 * whatever it says.
 */
export class PeerPortTarget implements Target, AsyncDisposable {
  readonly name: string;
  readonly kind = 'peer';
  readonly words = LINK_WORDS;
  readonly lanes = 4;
  readonly #herd: TestHerd;
  readonly #canary: Canary;

  readonly #isProven: boolean;

  private constructor(herd: TestHerd, isProven: boolean) {
    this.name = isProven ? 'proven peer port' : 'peer port';
    this.#isProven = isProven;
    this.#herd = herd;
    this.#canary = new Canary(async (n) => {
      const [reported = '', asked = ''] = n % 2 === 0 ? ['Riley', 'Jaquez'] : ['Jaquez', 'Riley'];
      const client = `canary-at-${reported}`;
      const at = await report(herd, reported, client, moment(n));
      await eventually(`${asked} gets ${client}`, async () => {
        return (await locate(herd, asked, client)) === at || undefined;
      });
    });
  }

  /** @param secret the herd's; `undefined`: neighbours need not prove themselves */
  static async start(secret: string | undefined): Promise<PeerPortTarget> {
    const herd = await TestHerd.make({
      servers: ['Riley', 'Jaquez', 'Juzang'],
      links: [
        ['Riley', 'Jaquez'],
        ['Riley', 'Juzang'],
      ],
      data: 'none',
    });
    try {
      const env = { PROXY_HERD_SECRET: secret };
      await Promise.all(['Riley', 'Jaquez'].map((name) => herd.serve(name, env)));
      await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
      return new PeerPortTarget(herd, secret !== undefined);
    } catch (error) {
      await herd[Symbol.asyncDispose]();
      throw error;
    }
  }

  generate(random: Random): string {
    return linkLines(random);
  }

  async run(anyInput: string): Promise<string> {
    const input = this.#isProven ? anyInput : withoutJaquez(anyInput);
    const random = new Random(hashOf(input));
    await using neighbour = await TestClient.connect(this.#herd.peers('Riley'));
    for (const chunk of chunks(input, random)) {
      neighbour.send(chunk);
      if (random.chance(0.1)) await nextIteration();
    }
    neighbour.end();
    const received = (await readUntilClosed(neighbour)).toString('latin1');
    this.#canary.check();
    if (this.#isProven && received !== '') throw new Error(`a stranger was sent ${received}`);
    return received.split(' ', 1)[0] ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#canary[Symbol.asyncDispose]();
      const broken = await brokenLinks(this.#herd, 'Riley', { neighbour: 'Jaquez' });
      assert.deepEqual(broken, [], 'the link with Jaquez stays up');
    } finally {
      await this.#herd[Symbol.asyncDispose]();
    }
  }
}
