import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OptionError } from './errors.ts';
import { NO_LOG } from './log.ts';
import type { LogEvent } from './log-events.ts';
import { Reloader } from './reloader.ts';
import { SMALL_OPTIONS } from './small-options.test.ts';

/** A reloader whose parts note what they are given. */
class Bench {
  readonly taken: string[] = [];
  readonly logged: LogEvent[] = [];
  readonly reloader: Reloader;

  constructor() {
    const note = (what: string) => () => void this.taken.push(what);
    this.reloader = new Reloader(SMALL_OPTIONS, {
      service: { setLimits: note('limits of locations') },
      text: { renewCertificate: note('certificate'), setLimits: note('limits of clients') },
      gateway: { renewCertificate() {}, setRate: note('rate'), setMap: note('map') },
      access: undefined,
      proof: undefined,
      hooks: { replace: note('hooks') },
      search: { replace: note('places') },
      log: {
        ...NO_LOG,
        write: (event) => void this.logged.push(event),
        setLevel: note('level'),
      },
      openFiles: undefined,
      onTrouble: note('trouble'),
    });
  }
}

test('what changes is taken by the parts that it is for, and by no others', () => {
  const { reloader, taken, logged } = new Bench();
  reloader.reload({ ...SMALL_OPTIONS, maxClients: 7, logLevel: 'error' });
  assert.deepEqual(taken, ['limits of locations', 'level']);
  assert.equal(reloader.options.maxClients, 7);
  assert.deepEqual(logged, [{ event: 'reloaded', options: ['maxClients', 'logLevel'] }]);
  reloader.reload({ ...SMALL_OPTIONS, maxClients: 7, logLevel: 'error' });
  assert.equal(taken.length, 2);
  assert.equal(logged.length, 1);
  const clientLimits = { ...SMALL_OPTIONS.clientLimits, connections: 5 };
  reloader.reload({ ...SMALL_OPTIONS, maxClients: 7, logLevel: 'error', clientLimits });
  assert.deepEqual(taken.slice(2), ['rate', 'limits of clients']);
});

test('what cannot change while a server runs stays as it is', () => {
  const { reloader, taken } = new Bench();
  reloader.reload({ ...SMALL_OPTIONS, herd: 'another', gateway: SMALL_OPTIONS.clients });
  assert.deepEqual(reloader.options, SMALL_OPTIONS);
  assert.deepEqual(taken, []);
});

test('with an option that cannot be used nothing changes', () => {
  const { reloader, taken } = new Bench();
  const wanted = { ...SMALL_OPTIONS, maxClients: -1, logLevel: 'error' } as const;
  assert.throws(() => reloader.reload(wanted), OptionError);
  assert.deepEqual(reloader.options, SMALL_OPTIONS);
  assert.deepEqual(taken, []);
});
