/*
 * What the gateway bears. Each bound is there so that no caller can take what others need, the text
 * protocol's clients above all.
 */

/** The most connections at once: each takes some 20 kB. Further ones are closed. */
export const MAX_CONNECTIONS = 10_000;
/** The most bytes of a request's line and headers: room for a client ID of 4,096 bytes, each as `%XX`. */
export const MAX_HEADER_BYTES = 16 * 1024;
/** The most bytes of a report's body, decompressed: many times what a report with all its members takes. */
export const MAX_REPORT_BYTES = 64 * 1024;
/** The most bytes of a geofence's body, decompressed: many times what the longest ring takes as indented GeoJSON. */
export const MAX_GEOFENCE_BYTES = 64 * 1024;
/** The most bytes of a card's body, decompressed: the largest picture, and a name with each character escaped. */
export const MAX_CARD_BYTES = 16 * 1024;
/** The most bytes of commands of the text protocol in one request: four lines of the greatest length. */
export const MAX_COMMANDS_BYTES = 16 * 1024;
/** The most such commands: the replies are kept in memory, some 40 KiB of places each. */
export const MAX_COMMANDS = 20;
/** The most bytes of what is asked about a phone to set up: a name, a token and a URL. */
export const MAX_SET_UP_BYTES = 4 * 1024;
/** The most bytes of a batch's body, decompressed: 10,000 reports of 400 bytes. */
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** The most bytes of one line of a batch. */
export const MAX_BATCH_LINE_BYTES = 8 * 1024;
/** The most reports of a batch: its answer, a line each, is kept in memory. */
export const MAX_BATCH_LINES = 10_000;
/** The most bytes of all bodies that are in memory at once: sixteen batches. Further ones are refused for now. */
export const MAX_BODIES_BYTES = 64 * 1024 * 1024;
/** The most bytes of what a phone app sends, decompressed: a thousand points, or one with an image. */
export const MAX_PHONE_BYTES = 2 * 1024 * 1024;
/** How deep arrays and objects may be within each other: a report is one deep. */
export const MAX_JSON_DEPTH = 16;
/** The most bytes of a message on a WebSocket: none is expected from callers. */
export const MAX_MESSAGE_BYTES = 1024;

/** How long a request's headers may take, in milliseconds: many round trips of a slow network. */
export const HEADERS_TIMEOUT_MS = 10_000;
/** How long a whole request may take to arrive, in milliseconds: a batch over 1 Mbit/s. */
export const REQUEST_TIMEOUT_MS = 60_000;
/** How often connections are looked at for the two above, in milliseconds. */
export const TIMEOUT_CHECK_MS = 1_000;
/** How long nothing may be sent or taken on a connection with a request, in milliseconds. */
export const STALL_TIMEOUT_MS = 60_000;
/** How long a connection is kept between two requests, in milliseconds: above the minute of usual proxies. */
export const KEEP_ALIVE_MS = 65_000;
/** Answers below this are not compressed, in bytes: they fit one packet. */
export const COMPRESS_FROM_BYTES = 1024;
