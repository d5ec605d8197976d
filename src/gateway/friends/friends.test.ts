import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextIteration } from 'node:timers/promises';

import { coversClient } from '../../access/client-pattern.ts';
import { parseAll } from '../../access/grant.ts';
import type { Attributes } from '../../protocol/attributes.ts';
import { ClientSets } from '../../service/client-sets.ts';
import type { LocationService } from '../../service/location-service.ts';
import { createTestService } from '../../service/service-bench.test.ts';
import { LocationStore } from '../../store/store.ts';
import { Friends, type Friend } from './friends.ts';

const HOUR_MS = 3_600_000;

/** Friends over a service, whose ticks go by while somebody waits. */
class Bench {
  isReplaying = false;
  nowMs = 0;
  readonly service: LocationService;
  readonly #sets: ClientSets;
  readonly #friends: Friends;

  constructor() {
    const store = new LocationStore();
    this.service = createTestService({ store });
    this.#sets = new ClientSets(store, () => {});
    this.#friends = new Friends({
      service: this.service,
      sets: this.#sets,
      isReplaying: () => this.isReplaying,
      nowMs: () => this.nowMs,
    });
  }

  report(client: string, latitude: number, attributes: Attributes = {}): void {
    const time = { seconds: 1000, nanoseconds: 0 };
    const at = { latitude, longitude: 8, time, attributes };
    void this.service.report({ client: Buffer.from(client), ...at });
  }

  /** The friends of a phone whose token may read some clients. */
  async of(
    client: string,
    reads: readonly string[],
    tokenId = 'token',
  ): Promise<readonly Friend[]> {
    const patterns = parseAll(reads);
    const may = (_: string, id: string): boolean =>
      patterns.some((pattern) => coversClient(pattern, id));
    const asked = this.#friends.of({ caller: { reads: patterns, may, tokenId }, client });
    const isAnswered = asked.then(() => true);
    while (!(await Promise.race([isAnswered, nextIteration(false)]))) {
      this.service.beginTick();
      this.#sets.work();
    }
    return asked;
  }
}

const briefly = (friends: readonly Friend[]): string[] =>
  friends.map(({ tid, location }) => `${tid} ${location.client}`);

test('the nearest come first, or those of lower IDs where the phone has not reported', async () => {
  const bench = new Bench();
  bench.report('kid-2', 3);
  bench.report('kid-1', 4, { tid: 'xy' });
  bench.report('other', 1);
  assert.deepEqual(briefly(await bench.of('anna', ['kid-*', 'anna'])), ['xy kid-1', 'ki kid-2']);
  bench.report('anna', 1);
  assert.deepEqual(briefly(await bench.of('anna', ['kid-*', 'anna'])), ['ki kid-2', 'xy kid-1']);
  assert.deepEqual(await bench.of('anna', []), []);
  bench.isReplaying = true;
  assert.deepEqual(await bench.of('anna', ['kid-*']), []);
});

test('of a large team the nearest fifty are shown, and of more than a team as well', async () => {
  const bench = new Bench();
  for (let n = 0; n < 200; n++) bench.report(`kid-${n}`, n / 10);
  bench.report('anna', 10.01);
  const ofTeam = await bench.of('anna', ['kid-*', 'anna']);
  assert.equal(ofTeam.length, 50);
  const latitudes = ofTeam.map(({ location }) => location.position.latitude);
  assert.ok(latitudes.every((latitude) => Math.abs(latitude - 10) <= 2.6));
  for (let n = 200; n < 600; n++) bench.report(`kid-${n}`, n / 10);
  const ofMany = await bench.of('anna', ['*']);
  assert.deepEqual(
    ofMany.map(({ location }) => location.client),
    ofTeam.map(({ location }) => location.client),
  );
  for (const friends of [ofTeam, ofMany]) {
    assert.equal(new Set(friends.map(({ tid }) => tid)).size, 50);
  }
});

test('a card is sent to each token once, when it has changed, and after an hour', async () => {
  const bench = new Bench();
  bench.report('ben', 1);
  const card = { name: 'Ben', icon: undefined, face: 'AAAA' };
  const isSent = async (tokenId?: string): Promise<boolean> =>
    (await bench.of('anna', ['ben'], tokenId))[0]?.card !== undefined;
  assert.equal(await isSent(), false, 'there is none');
  void bench.service.cards.put(Buffer.from('ben'), card);
  assert.deepEqual((await bench.of('anna', ['ben']))[0]?.card, card);
  assert.deepEqual([await isSent(), await isSent('other')], [false, true]);
  void bench.service.cards.put(Buffer.from('ben'), { ...card, name: 'Benjamin' });
  assert.deepEqual([await isSent(), await isSent()], [true, false]);
  bench.nowMs = HOUR_MS;
  assert.deepEqual([await isSent(), await isSent()], [true, false]);
});
