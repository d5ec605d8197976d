import assert from 'node:assert/strict';
import type { KnownServer } from '#src/replication/server-status.js';
import type { Herd } from './herd.ts';

/** `STATUS AGE SERVER EPOCH SEQUENCE …` */
const STATUS = /^STATUS \d+ (\S+ \d+ \d+) /gm;

/** A status that all servers are to know, or a newer one of that server. */
interface Said {
  readonly server: string;
  readonly epoch: number;
  readonly sequence: number;
}

/** What a herd promises of what its servers say of themselves, when it is quiet and connected. */
export class StatusPromises {
  readonly #herd: Herd;
  #said: readonly Said[] = [];
  /** What crossed each link each way since the herd is at rest. */
  readonly #crossed = new Set<string>();
  #isResting = false;

  constructor(herd: Herd) {
    this.#herd = herd;
  }

  /** From now on links neither come nor go; what servers have said by now is to be known to all. */
  rest(): void {
    this.#isResting = true;
    this.#said = this.#herd.running.map(({ herd }) => saidBy(herd[0]));
  }

  /** No status crosses a link twice the same way. */
  wrote(by: string, to: string, text: string): void {
    if (!this.#isResting) return;
    for (const [, status] of text.matchAll(STATUS)) {
      const crossing = `${by} to ${to}: ${status}`;
      assert.ok(!this.#crossed.has(crossing), `a status crosses a link again: ${crossing}`);
      this.#crossed.add(crossing);
    }
  }

  /** Whether every server knows every server's newest status; and who is gone, for gone. */
  get areKept(): boolean {
    return this.#broken === undefined;
  }

  check(): void {
    const broken = this.#broken;
    assert.ok(broken === undefined, broken);
  }

  /** In words what is not as promised. */
  get #broken(): string | undefined {
    const names = new Set(this.#said.map(({ server }) => server));
    for (const { name, herd } of this.#herd.running) {
      const known = new Map(herd.map((each) => [each.server, each]));
      const lacking = this.#said.find((said) => !knows(known.get(said.server), said));
      if (lacking !== undefined) return `${name} does not know what ${lacking.server} said`;
      const lost = herd.find(({ server, isReachable }) => isReachable !== names.has(server));
      if (lost !== undefined) return `${name} is wrong on whether it reaches ${lost.server}`;
    }
    return undefined;
  }
}

function saidBy(own: KnownServer | undefined): Said {
  assert.ok(own?.status !== undefined);
  const { server, epoch, sequence } = own.status;
  return { server, epoch, sequence };
}

/** Whether what a server knows of another one is what that said, or newer. */
function knows(known: KnownServer | undefined, { epoch, sequence }: Said): boolean {
  const status = known?.status;
  if (status === undefined) return false;
  return status.epoch !== epoch ? status.epoch > epoch : status.sequence >= sequence;
}
