/** How long a server that has failed is passed over while others answer, in milliseconds. */
const PASSED_OVER_MS = 10_000;

/**
 * In which order servers are tried: the one that answered last first, then the others as they were given. Those that
 * failed a short time ago come after all others, the one that failed longest ago first.
 */
export class ServerOrder {
  readonly #servers: string[];
  /** When each failed, by a clock that never goes back. */
  readonly #failedMs = new Map<string, number>();

  constructor(servers: readonly string[]) {
    this.#servers = [...servers];
  }

  /** Each server once, the one to be tried first at the beginning. */
  list(elapsedMs: number): string[] {
    const failedMs = (server: string): number => {
      const at = this.#failedMs.get(server);
      return at === undefined || elapsedMs - at >= PASSED_OVER_MS ? -Infinity : at;
    };
    return this.#servers.toSorted((a, b) => {
      const [first, second] = [failedMs(a), failedMs(b)];
      return first === second ? 0 : first - second;
    });
  }

  /** It has answered: it is tried first from now on. */
  succeed(server: string): void {
    this.#failedMs.delete(server);
    const at = this.#servers.indexOf(server);
    if (at > 0) this.#servers.unshift(...this.#servers.splice(at, 1));
  }

  /** It has not answered, or cannot at the moment. */
  fail(server: string, elapsedMs: number): void {
    this.#failedMs.set(server, elapsedMs);
  }
}
