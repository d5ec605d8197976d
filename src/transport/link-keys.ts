import { hkdfSync } from 'node:crypto';

/** The bytes of a key: as many as the hash of the handshake has. */
const KEY_BYTES = 32;
/** The bytes of a key's id: two of a herd's few secrets do not come to have the same. */
const KEY_ID_BYTES = 8;

/** A key, and the name under which it is shown before it is proven. Only the name may be seen. */
export interface NamedKey {
  readonly identity: string;
  readonly key: Buffer;
}

/** A server that may prove itself with a key. */
export interface Claim {
  readonly server: string;
  readonly key: Buffer;
}

/** A key's id and a server's name. */
const IDENTITY = /^([0-9a-f]{16}) (\S+)$/;

/**
 * The keys by which the servers of a herd know each other, made of the herd's secrets. To replace a
 * secret, each server has both for a while: it dials with the first, and takes any.
 */
export class LinkKeys {
  /** What this server shows where it dials. */
  readonly own: NamedKey;
  readonly #server: string;
  readonly #neighbours: ReadonlySet<string>;
  /** By their ids. */
  readonly #keys: ReadonlyMap<string, Buffer>;

  /** @param secrets at least one */
  constructor(
    herd: string,
    server: string,
    neighbours: readonly string[],
    secrets: readonly string[],
  ) {
    const derived = secrets.map((secret) => deriveKey(herd, secret));
    const [first] = derived;
    if (first === undefined) throw new RangeError('A link is proven by at least one secret.');
    this.own = { identity: `${first.id} ${server}`, key: first.key };
    this.#server = server;
    this.#neighbours = new Set(neighbours);
    this.#keys = new Map(derived.map(({ id, key }) => [id, key]));
  }

  /** Which server an identity says that it is, and the key that would prove it; or in words why it is not welcome. */
  claimOf(identity: string): Claim | string {
    const [, id = '', server = ''] = IDENTITY.exec(identity) ?? [];
    if (server === '') return 'it does not say which server it is and which secret it has';
    const key = this.#keys.get(id);
    if (key === undefined) {
      return `${server} has another secret or herd than ${this.#server}`;
    }
    if (!this.#neighbours.has(server)) return `${server} is no neighbour of ${this.#server}`;
    return { server, key };
  }
}

/**
 * A secret's key and the key's id, by HKDF (RFC 5869) with SHA-256 and no salt. Each use has an
 * `info` of its own, so that neither reveals anything of the other, nor one herd's of another's.
 */
function deriveKey(herd: string, secret: string): { readonly id: string; readonly key: Buffer } {
  const derive = (use: string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `proxy-herd ${use} ${herd}`, bytes));
  return {
    id: derive('link-key-id', KEY_ID_BYTES).toString('hex'),
    key: derive('link-key', KEY_BYTES),
  };
}
