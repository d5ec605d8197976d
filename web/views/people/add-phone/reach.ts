/** What a configuration needs so that phones reach a gateway. */
export interface Reach {
  /** The server whose gateway phones are to reach. */
  readonly server: string;
  readonly gatewayPort: number;
  /** The machine's address in its network. */
  readonly address: string;
}

/** How far apart the ports of a server are, as the built-in configuration has them. */
const PORTS_APART = 1000;

/** A whole `herd.yaml` of one server that phones in the same network reach, with tokens asked for. */
export function configFor({ server, gatewayPort, address }: Reach): string {
  const [clients, peers] = [gatewayPort - 2 * PORTS_APART, gatewayPort - PORTS_APART];
  const host = address.includes(':') ? `[${address}]` : address;
  return [
    'servers:',
    `  ${server}:`,
    `    clients: 127.0.0.1:${clients}`,
    `    peers: 127.0.0.1:${peers}`,
    `    gateway: 0.0.0.0:${gatewayPort}`,
    `gatewayUrl: http://${host}:${gatewayPort}`,
    'access: { file: access.yaml }',
  ].join('\n');
}

/** Whether a URL is that of this machine alone. */
export function isLoopbackUrl(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
