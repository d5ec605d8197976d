import assert from 'node:assert/strict';
import { setImmediate as nextIteration } from 'node:timers/promises';
import { Random } from '../../simulation/random.ts';
import { TestClient } from '../../support/client.ts';
import { locateOn, moment, OPEN_SEA, readUntilClosed } from '../../support/commands.ts';
import { TestHerd } from '../../support/herd.ts';
import type { Target } from '../fuzz.ts';
import { CLIENT_WORDS, commandLines } from '../lines.ts';
import { chunks, hashOf } from '../mutate.ts';
import { checkReplies, outcomeOf } from '../replies.ts';
import { Canary } from './canary.ts';

const SERVER = 'Riley';

/** The client port of a real server process, with a client beside it that has to be answered. */
export class ClientPortTarget implements Target, AsyncDisposable {
  readonly name = 'client port';
  readonly kind = 'client';
  readonly words = CLIENT_WORDS;
  readonly lanes = 4;
  readonly #herd: TestHerd;
  readonly #bystander: TestClient;
  readonly #canary: Canary;

  private constructor(herd: TestHerd, bystander: TestClient) {
    this.#herd = herd;
    this.#bystander = bystander;
    this.#canary = new Canary(async (n) => {
      assert.equal(await bystander.ask(`tweet ${n}`), `? tweet ${n}`);
      const at = await bystander.ask(`IAMAT canary ${OPEN_SEA} ${moment(n)}`);
      assert.equal(await locateOn(bystander, 'canary'), at);
    });
  }

  static async start(): Promise<ClientPortTarget> {
    const herd = await TestHerd.make({ servers: [SERVER], data: 'none' });
    try {
      await herd.serve(SERVER);
      return new ClientPortTarget(herd, await TestClient.connect(herd.clients(SERVER)));
    } catch (error) {
      await herd[Symbol.asyncDispose]();
      throw error;
    }
  }

  generate(random: Random): string {
    return commandLines(random);
  }

  async run(input: string): Promise<string> {
    const random = new Random(hashOf(input));
    await using client = await TestClient.connect(this.#herd.clients(SERVER));
    for (const chunk of chunks(input, random)) {
      client.send(chunk);
      if (random.chance(0.1)) await nextIteration();
    }
    client.end();
    const received = (await readUntilClosed(client)).toString('latin1');
    checkReplies(input, received, SERVER);
    this.#canary.check();
    return outcomeOf(received);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#canary[Symbol.asyncDispose]();
    } finally {
      await this.#bystander[Symbol.asyncDispose]();
      await this.#herd[Symbol.asyncDispose]();
    }
  }
}
