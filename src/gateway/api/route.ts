import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import type { WebSocket } from 'ws';
import { z } from 'zod';

import type { ClientPattern } from '../../access/client-pattern.ts';
import type { Action, Grant } from '../../access/grant.ts';
import type { Address } from '../../transport/address.ts';
import type { ProblemCode } from '../http/problems.ts';

/**
 * What a caller has to be allowed to: report as a client, read it, operate the herd. `any` is with any token that is
 * good; `public` asks for nothing: it says nothing of clients.
 */
type Scope = 'public' | 'any' | Action;

/** Who asks. */
export interface Caller {
  /** Whether there is no client that it may not read. */
  readonly readsAll: boolean;
  /**
   * Whether it may do something.
   *
   * @param client the client in question, one character per byte
   */
  readonly may: (action: Action, client: string) => boolean;
  /** Whom it may read. */
  readonly reads: readonly ClientPattern[];
  /** Whether it may read any client. */
  readonly readsAny: boolean;
  /** Whether it may read geofences: any caller who may read a client, except share links. */
  readonly readsGeofences: boolean;
  /** The one client that it may report as, of one character a byte; `undefined` where there may be several. */
  readonly ownClient: string | undefined;
  /** What its phone encrypts with, 32 bytes; `undefined` where its token has no passphrase. */
  readonly encryptionKey: Uint8Array | undefined;
  /** Whether waypoints of its phone become geofences. */
  readonly putsWaypoints: boolean;
  /** All that it may do, as of when the request came. */
  readonly grant: Grant;
  /** Which token it has shown; `undefined` where none was asked for. @see tokenId */
  readonly tokenId: string | undefined;
  /** A ticket that replaces its token for a while; `undefined` if it has shown none. */
  readonly ticket: () => string | undefined;
  /** @throws {Problem} where it may not */
  readonly require: (action: Action, client: string) => void;
}

/** Receives a WebSocket and its connection. */
export type AcceptWebSocket = (socket: WebSocket, connection: Duplex) => void;

/** An answer as it is sent. */
export interface Answer {
  readonly status: number;
  /** The media type of the body; `undefined` where there is none. */
  readonly type?: string;
  /** A stream is an answer that goes on. */
  readonly body?: string | Buffer | Readable;
  /** Goes on with a WebSocket instead, where that was asked for. */
  readonly accept?: AcceptWebSocket;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request, its parts checked. */
export interface RouteRequest<P, Q> {
  readonly caller: Caller;
  /** Whether a WebSocket is asked for; a route that knows none answers as usual. */
  readonly isWebSocket: boolean;
  /** Path and query, as they were sent. */
  readonly url: string;
  readonly params: P;
  readonly query: Q;
  readonly headers: IncomingHttpHeaders;
  /** Where the request comes from. */
  readonly remote: Address;
  /** Where phones reach a gateway: at its `gatewayUrl`, or where this request came. @throws {Problem} */
  readonly baseUrl: () => string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /**
   * Reads the body, and gives it to `use`.
   *
   * @throws {Problem} where it is not what the route takes
   */
  readonly body: <T>(use: (body: Buffer) => Promise<T>) => Promise<T>;
}

/** The body that a route takes. */
export interface RouteBody {
  /** The media types that are taken, the one to recommend first. */
  readonly types: readonly string[];
  readonly maxBytes: number;
  /** What it is, or each line of it. */
  readonly schema: z.ZodType;
  /** What it is of those types for which it is something else. */
  readonly otherSchemas?: Readonly<Record<string, z.ZodType>>;
}

/** What a route answers, for the OpenAPI document. */
export interface RouteAnswer {
  readonly description: string;
  /** The schemas by their media types. */
  readonly content?: Readonly<Record<string, z.ZodType>>;
  /** The headers that it has, with what each is. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One method of one path: what it takes, what it answers, and what a caller has to be allowed to. */
export interface Route<P extends z.ZodType = z.ZodType, Q extends z.ZodType = z.ZodType> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** As OpenAPI writes it: `/v1/clients/{id}`. */
  readonly path: string;
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly scope: Scope;
  /** Whether its response is a stream. A ticket in the query then replaces a token. */
  readonly isStream?: boolean;
  readonly params: P;
  readonly query: Q;
  /** The headers of the request that mean something, with what each is. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RouteBody;
  /** By status. */
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  /** What can go wrong beyond what can at any route. */
  readonly problems: readonly ProblemCode[];
  readonly handle: (request: RouteRequest<z.output<P>, z.output<Q>>) => Promise<Answer> | Answer;
}

/** Makes a route whose parts are checked against each other. */
export function defineRoute<P extends z.ZodType, Q extends z.ZodType>(route: Route<P, Q>): Route {
  return route;
}

/** No parameters. */
export const NOTHING = z.strictObject({});

/** An answer of JSON. */
export function jsonAnswer(
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): Answer {
  return { status, type: JSON_TYPE, body: JSON.stringify(body), headers };
}

export const JSON_TYPE = 'application/json; charset=utf-8';
export const GEOJSON_TYPE = 'application/geo+json; charset=utf-8';
