import type { DemoAnswer, DemoWish } from '../../gateway/demo-port.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { gatewaysOf, hasGateway } from '../gateway-addresses.ts';
import type { DemoControl } from './demo-control.ts';
import { DemoMarker } from './demo-marker.ts';

/** Why a herd of this configuration can have no demo; `undefined` where it can. */
export function demoObstacle(config: HerdConfig): string | undefined {
  const found = (what: string, expected: string): string =>
    `found ${what} in ${config.source.name}, expected a herd ${expected}`;
  if (!hasGateway(config)) return found('no gateway', 'whose servers have gateways');
  if (config.access !== undefined) return found('access', 'that asks for no token');
  if (config.gatewayTls !== undefined) return found('gatewayTls', 'whose gateways speak HTTP');
  // Others act on what hooks send them.
  if (config.hooks.size > 0) return found('hooks', 'that calls nobody');
  if (config.replication.engine !== 'flood') return found('nats', 'that stands on links alone');
  return undefined;
}

/** The demo of a herd whose servers are all run by this process. What runs it is loaded when it is wanted. */
export class HerdDemo {
  readonly #config: HerdConfig;
  readonly #isDemoHerd: boolean;
  readonly #marker: DemoMarker;
  readonly #report: (line: string) => void;
  #control: Promise<DemoControl> | undefined;

  /**
   * @param isDemoHerd whether the herd is there for the demo alone
   * @param report called with a line for the operator
   */
  constructor(config: HerdConfig, isDemoHerd: boolean, report: (line: string) => void) {
    this.#config = config;
    this.#isDemoHerd = isDemoHerd;
    this.#marker = new DemoMarker(config.data);
    this.#report = report;
  }

  /** Grants a wish, or says why not. */
  async ask(wish: DemoWish): Promise<DemoAnswer> {
    const detail = demoObstacle(this.#config);
    if (detail !== undefined) {
      if (wish === 'look') return { status: { state: 'unavailable', detail } };
      return { refusal: 'demo-unavailable', detail };
    }
    if (wish === 'look' && this.#control === undefined) {
      const isDemoHerd = this.#isDemoHerd;
      return { status: { state: 'stopped', isDemoHerd, endedBy: undefined } };
    }
    return (await this.#load()).ask(wish);
  }

  /** Removes what a demo has left whose program was ended before it could. To be called when the servers run. */
  async clean(): Promise<void> {
    if (demoObstacle(this.#config) !== undefined || !(await this.#marker.isSet())) return;
    await (await this.#load()).clean();
  }

  /** Ends the demo, if one runs. */
  async close(): Promise<void> {
    await (await this.#control)?.close();
  }

  #load(): Promise<DemoControl> {
    this.#control ??= this.#create();
    return this.#control;
  }

  async #create(): Promise<DemoControl> {
    const { DemoControl } = await import('./demo-control.ts');
    return new DemoControl({
      gateways: gatewaysOf(this.#config, undefined).map(({ baseUrl }) => baseUrl),
      isDemoHerd: this.#isDemoHerd,
      marker: this.#marker,
      report: this.#report,
    });
  }
}
