/*
 * What the API answers, as docs/HTTP.md has it. A test checks these types against the gateway's own schemas.
 */

/** The last known location of a client. */
export interface ClientLocation {
  /** The client ID: anything that somebody chose, so hostile text. */
  readonly client: string;
  readonly latitude: number;
  readonly longitude: number;
  /** When the client was there, as it said: RFC 3339. */
  readonly time: string;
  readonly accuracyM?: number;
  readonly altitudeM?: number;
  readonly speedMps?: number;
  readonly courseDeg?: number;
  readonly batteryPercent?: number;
  readonly charging?: boolean;
  readonly attributes?: Readonly<Record<string, number | string | boolean>>;
  /** The names of the geofences that it is in. */
  readonly geofences?: readonly string[];
  /** The server that received the report. */
  readonly server: string;
  readonly receivedAt: string;
  readonly ageSeconds: number;
}

/** How far something is behind. */
export interface Lag {
  readonly reports: number;
  readonly seconds: number;
}

/** One of a server's links, as the server at this end sees it. */
export interface HerdLink {
  readonly neighbour: string;
  readonly up: boolean;
  readonly since: string;
  readonly lag: Lag;
}

/** What a server last said of itself. */
export interface ServerStatus {
  readonly version: string;
  readonly startedAt: string;
  readonly gateway: string | null;
  readonly replaying: boolean;
  readonly clients: number;
  readonly connections: number;
  readonly rates: { readonly reports: number; readonly replies: number; readonly places: number };
  readonly seq: number;
  readonly reports: { readonly epoch: number; readonly sequence: number };
  readonly links: readonly HerdLink[];
  readonly lag: readonly (Lag & { readonly server: string })[];
  readonly vector?: readonly {
    readonly server: string;
    readonly epoch: number;
    readonly sequence: number;
  }[];
}

/** A server of the herd; without a status where nothing was ever heard of it. */
export type HerdServer = {
  readonly server: string;
  readonly state: 'reachable' | 'unreachable';
} & (
  | ({ readonly lastHeardAt: string } & ServerStatus)
  | ({ readonly lastHeardAt: null } & { readonly [K in keyof ServerStatus]?: never })
);

/** The answer of `GET /v1/herd`: the server that answers is the first. */
export interface Herd {
  readonly herd: string;
  readonly servers: readonly HerdServer[];
}

/** A place near a client. */
export interface Place {
  readonly id: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly distanceM: number;
  readonly types?: readonly string[];
  readonly vicinity?: string;
}

/** The answer of `GET /v1/clients/{id}/places`. */
export interface Places {
  readonly places: readonly Place[];
  /** Has to be shown with the places. */
  readonly attributions: readonly string[];
}

/** An area under a name. */
export interface Geofence {
  readonly name: string;
  readonly shape:
    | {
        readonly type: 'circle';
        readonly latitude: number;
        readonly longitude: number;
        readonly radiusM: number;
      }
    | {
        readonly type: 'polygon';
        readonly vertices: readonly { readonly latitude: number; readonly longitude: number }[];
      };
  readonly minimumDwellS?: number;
}

/** An event of the stream `GET /v1/events`. */
export type LiveEvent =
  | { readonly event: 'location'; readonly data: ClientLocation }
  | { readonly event: 'left' | 'removed'; readonly data: { readonly client: string } }
  | { readonly event: 'ready' | 'reset'; readonly data: object }
  | {
      readonly event: 'enter' | 'leave';
      readonly data: {
        readonly geofence: string;
        readonly client: string;
        readonly reason?: string;
      };
    };
