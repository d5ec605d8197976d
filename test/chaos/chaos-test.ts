import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IS_ON_NATS } from '../support/replication.ts';
import { runChaos, type ChaosOptions } from './chaos.ts';

/** Whether the servers keep their locations on disk, and what a reply promises then. */
const SERVERS = {
  'in memory': { acknowledge: IS_ON_NATS ? 'replicated' : 'received', data: 'none' },
  'on disk': { acknowledge: 'journaled', data: './data' },
} as const satisfies Record<string, Pick<ChaosOptions, 'acknowledge' | 'data'>>;

/** How much chaos there is. */
interface Chaos {
  readonly seconds: number;
  /** Of each kind of fault there are at least so many, however short the time and slow the machine. */
  readonly faultsOfEachKind: number;
  readonly subscribers: number;
  readonly seed: number;
}

/** Defines the test that a herd under load and faults loses nothing that it answered, nor do subscribers. */
export function testChaos(kind: keyof typeof SERVERS, chaos: Chaos): void {
  const { seconds, subscribers } = chaos;
  test(`${kind}, ${seconds} s of faults lose nothing that was answered`, async (t) => {
    const herd = SERVERS[kind];
    const report = await runChaos({ ...herd, logs: 'none', ...chaos }, t.signal);
    t.diagnostic(JSON.stringify(report));
    assert.deepEqual(report.lost, []);
    assert.deepEqual(report.crashes, []);
    assert.ok(report.answered > 0);
    const { missed, older, resumed } = report.roamed;
    assert.deepEqual({ missed, older }, { missed: [], older: [] });
    assert.ok(resumed >= subscribers, `${resumed} streams went on elsewhere`);
  });
}
