import { resolve } from 'node:path';
import type { LinkPair } from '../../replication/topology.ts';
import type { LogLevel } from '../../server/log-events.ts';
import type { Acknowledge } from '../../server/options.ts';
import type { ClientLimits, Framing } from '../../text/options.ts';
import type {
  AccessValues,
  ClientTlsValues,
  GatewayTlsValues,
  HerdValues,
  PeerTlsValues,
  ServerValues,
} from './schema.ts';
import type { HookValues } from './hooks-schema.ts';
import type { MapValues } from './map-schema.ts';
import type { PlacesValues } from './places-schema.ts';
import type { ReplicationValues } from './replication-schema.ts';
import type { Source } from './source.ts';

/** A whole configuration, checked, its defaults filled in. */
export interface HerdConfig {
  readonly source: Source;
  readonly herd: string;
  /** The servers by name, in the order of the file. */
  readonly servers: ReadonlyMap<string, ServerValues>;
  readonly links: readonly LinkPair[];
  /** How the servers replicate: over links alone, or on a NATS cluster. */
  readonly replication: ReplicationValues;
  readonly places: PlacesValues;
  readonly framing: Framing;
  readonly acknowledge: Acknowledge;
  /** The age at which locations are forgotten, in milliseconds; `undefined`: never. */
  readonly forgetMs: number | undefined;
  /** The age at which it is forgotten that a client was removed, in milliseconds. */
  readonly tombstoneGraceMs: number;
  readonly maxClients: number;
  /** How much memory the locations of one server may take, in bytes. */
  readonly maxMemoryBytes: number;
  /** The file of the herd's secrets, as it was written. */
  readonly secretFile: string | undefined;
  /** The files of the servers' certificates for one another, as they were written. */
  readonly peerTls: PeerTlsValues | undefined;
  /** The files of the client port's certificate, as they were written. */
  readonly clientTls: ClientTlsValues | undefined;
  /** The access file, as it was written, and where a token is asked for. */
  readonly access: AccessValues | undefined;
  /** The files of the gateway's certificate, as they were written. */
  readonly gatewayTls: GatewayTlsValues | undefined;
  /** The origins whose pages may call the gateway. */
  readonly gatewayOrigins: readonly string[];
  /** Where phones reach a gateway, without a slash at the end. */
  readonly gatewayUrl: string | undefined;
  /** The street map of the dashboard, as it was written. */
  readonly map: MapValues | undefined;
  /** The hooks by name, as they were written. */
  readonly hooks: ReadonlyMap<string, HookValues>;
  readonly clientLimits: ClientLimits;
  /** The absolute path of the folder of the journals; `undefined` keeps none. */
  readonly data: string | undefined;
  /** The absolute path of the folder of the log files; `undefined` keeps none. */
  readonly logs: string | undefined;
  /** The least level of the events that are logged. */
  readonly logLevel: LogLevel;
}

/** A configuration of its values, which have been checked. */
export function toConfig(source: Source, values: HerdValues): HerdConfig {
  const { herd, servers, links, replication, places, framing, acknowledge, maxClients, maxMemory } =
    values;
  const { secretFile, peerTls, clientTls, gatewayTls, gatewayOrigins, gatewayUrl } = values;
  const { access, map, hooks, clientLimits, forget, tombstoneGrace, data, logs, logLevel } = values;
  const { idle, unread, rate, ...counts } = clientLimits;
  const folder = (path: string): string | undefined =>
    path === 'none' ? undefined : resolve(source.folder, path);
  return {
    source,
    herd,
    servers: new Map(Object.entries(servers)),
    links,
    replication,
    places,
    framing,
    acknowledge,
    forgetMs: Number.isFinite(forget) ? forget : undefined,
    tombstoneGraceMs: tombstoneGrace,
    maxClients,
    maxMemoryBytes: maxMemory,
    secretFile,
    peerTls,
    clientTls,
    access,
    gatewayTls,
    gatewayOrigins,
    gatewayUrl,
    map,
    hooks: new Map(Object.entries(hooks)),
    clientLimits: { ...counts, idleMs: idle, unreadMs: unread, rate },
    data: folder(data),
    logs: folder(logs),
    logLevel,
  };
}
