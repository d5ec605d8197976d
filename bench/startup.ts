import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Benchmark } from './harness/benchmark.ts';
import { freePorts } from './harness/ports.ts';

/** The built command line; this file runs as `build/bench/startup.js`. */
const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/**
 * A server's start. It ends with the ready line, which is printed once all ports listen: the line
 * wakes this process at that moment, while trying to connect again and again would take time from the
 * server's own start and find the moment only as exactly as it tries often. That the client port does
 * accept is checked after the clock has stopped.
 */
export const startup: Benchmark<'time'> = {
  name: 'startup',
  description: 'from starting a server until it listens, against an empty Node program',
  requires: [],
  measures: { time: { unit: 'ms', better: 'lower', aim: { of: 'ratio', bound: 8 } } },
  a: {
    label: 'proxy-herd serve Riley, from spawn to its ready line',
    async start(scope) {
      const [clients = 0, peers = 0, gateway = 0] = await freePorts(3);
      const config = join(scope.folder(), 'herd.yaml');
      const addresses = Object.entries({ clients, peers, gateway })
        .map(([name, port]) => `${name}: 127.0.0.1:${port}`)
        .join(', ');
      await writeFile(config, `servers:\n  Riley: { ${addresses} }\n`);
      return async () => {
        const started = performance.now();
        const server = scope.spawn(process.execPath, [CLI, 'serve', 'Riley', '--config', config]);
        await server.prints(/^ready: /m);
        const time = performance.now() - started;
        await assertAccepts(clients);
        await server.stop();
        return { time };
      };
    },
  },
  b: {
    label: 'node -e 0, from spawn to exit',
    async start(scope) {
      return async () => {
        const started = performance.now();
        await scope.spawn(process.execPath, ['-e', '0']).succeeds();
        return { time: performance.now() - started };
      };
    },
  },
};

async function assertAccepts(port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  socket.destroy();
}
