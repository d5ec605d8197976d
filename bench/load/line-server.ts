import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** Starts a server for a test that is handed each line, with its line end, and the connection. */
export async function lineServer(
  context: TestContext,
  onLine: (line: string, socket: Socket) => void,
): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket.setEncoding('latin1').on('error', () => undefined));
    let rest = '';
    socket.on('data', (text: string) => {
      const lines = `${rest}${text}`.split(/(?<=\n)/);
      rest = lines.at(-1)?.endsWith('\n') === true ? '' : (lines.pop() ?? '');
      for (const line of lines) onLine(line, socket);
    });
  });
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}
