import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IS_ON_BUN, type TestProcess } from '../support/process.ts';
import {
  dialHub,
  leafKeys,
  makeHerd,
  OTHER_SECRET,
  SECRET,
  serve,
  SERVERS,
  untilWhole,
} from '../support/secret-herd.ts';

/** A server with a secret does not start on Bun: see peer-certificates.test.ts. */
const skip = IS_ON_BUN && 'Bun has no TLS with pre-shared keys';

/** The secrets of all servers after each round, in which they are started again one after the other. */
const ROUNDS = [[SECRET, OTHER_SECRET], [OTHER_SECRET, SECRET], [OTHER_SECRET]];

/** Defines the test that a secret is replaced in three rounds, or that the first of them disturbs no link. */
export function testSecretRotation(rounds: 1 | 3): void {
  test(
    `a secret is replaced: every link comes back after each step of ${rounds} of 3 rounds`,
    { skip },
    async () => {
      await using herd = await makeHerd();
      const processes = new Map<string, TestProcess>();
      for (const server of SERVERS) processes.set(server, await serve(herd, server, SECRET));
      let time = 0;
      await untilWhole(herd, time);
      for (const secrets of ROUNDS.slice(0, rounds)) {
        for (const server of SERVERS) {
          await processes.get(server)?.stop();
          processes.set(server, await serve(herd, server, ...secrets));
          time += 1;
          await untilWhole(herd, time);
        }
      }
      const socket = await dialHub(herd, leafKeys('Jaquez', SECRET));
      assert.equal(
        socket.destroyed,
        rounds === 3,
        'in the end the old secret is worth nothing any more',
      );
      socket.destroy();
    },
  );
}
