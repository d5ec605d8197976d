import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { freePorts } from './harness/ports.ts';
import type { Program } from './harness/program.ts';
import type { Scope } from './harness/scope.ts';

/** Passes on what it is sent; its arguments are its own port and the one to pass on to. */
const RELAY = `
const { connect, createServer } = require('node:net');
const [port, next] = process.argv.slice(1).map(Number);
createServer({ noDelay: true }, (from) => {
  from.pipe(connect({ host: '127.0.0.1', port: next, noDelay: true }));
}).listen(port, '127.0.0.1', () => console.log('ready'));
`;

/** A chain of relays, with both of its ends here. */
interface Chain {
  readonly near: Socket;
  readonly far: Socket;
  readonly programs: readonly Program[];
}

/** Starts relays, each a process of its own, and connects through them. */
export async function startChain(scope: Scope, relays: number): Promise<Chain> {
  const end = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await scope.defer(async () => {
    end.close();
  });
  await once(end, 'listening');
  const ports = [...(await freePorts(relays)), (end.address() as AddressInfo).port];
  const programs = ports.slice(0, -1).map((port, i) => {
    return scope.spawn(process.execPath, ['-e', RELAY, String(port), String(ports[i + 1])]);
  });
  await Promise.all(programs.map((program) => program.prints(/ready/)));
  const arrived = once(end, 'connection') as Promise<[Socket]>;
  const near = await connectTo(scope, ports[0] ?? 0);
  const [far] = await arrived;
  await scope.defer(async () => {
    far.destroy();
  });
  return { near, far, programs };
}

/** Connects, and has the connection ended with the scope. */
export async function connectTo(scope: Scope, port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await scope.defer(async () => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return socket;
}
