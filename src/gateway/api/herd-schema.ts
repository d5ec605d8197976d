import { z } from 'zod';

const time = z.iso.datetime();

/** How far something is behind. */
const lagShape = {
  reports: z.int().min(0).describe('How many reports are missing, at most'),
  seconds: z.number().min(0).describe('For how long it is known that something is missing'),
};

const linkSchema = z.object({
  neighbour: z.string(),
  up: z.boolean(),
  since: time.describe("Since when it is up, or down, by the server's own clock"),
  lag: z.object(lagShape).describe('What the neighbour lacks of all that the server has'),
});

const statusShape = {
  version: z.string().describe('The version of its software'),
  startedAt: time,
  gateway: z.string().nullable().describe('The URL of its gateway, as it is configured'),
  replaying: z.boolean().describe('Whether it has yet to read its journal'),
  clients: z.int().describe('How many clients it knows'),
  connections: z.int().describe('How many clients are connected to it by the text protocol'),
  rates: z
    .object({ reports: z.number(), replies: z.number(), places: z.number() })
    .describe(
      'A second, over the last ten: reports of its own clients that it took, replies of the text protocol, questions for places',
    ),
  memoryBytes: z
    .int()
    .nullable()
    .describe('The memory of its process; null if its version does not report it'),
  seq: z.int().describe('The number of its last change'),
  reports: z
    .object({ epoch: z.int(), sequence: z.int() })
    .describe('In which epoch its own reports are numbered now, and up to which number'),
  links: z.array(linkSchema),
  lag: z
    .array(z.object({ server: z.string(), ...lagShape }))
    .describe('What it lacks of the reports of other servers, if anything'),
};

const unheardSchema = z
  .object({
    server: z.string(),
    state: z.enum(['reachable', 'unreachable']),
    lastHeardAt: z.null(),
  })
  .describe('A server that others have as a neighbour, and that was never heard of');

const heardSchema = z
  .object({
    server: z.string(),
    state: z
      .enum(['reachable', 'unreachable'])
      .describe('Unreachable: the rest is from its last status'),
    lastHeardAt: time.describe(
      'When it said what follows, by the clock of the server that answers',
    ),
    ...statusShape,
    vector: z
      .array(z.object({ server: z.string(), epoch: z.int(), sequence: z.int() }))
      .optional()
      .describe(
        'Of the server that answers: up to which report of each server, in each of its epochs, it has all or newer ones',
      ),
  })
  .describe('A server of the herd');

/** The answer of `GET /v1/herd`. */
export const herdSchema = z.object({
  herd: z.string(),
  nats: z
    .enum(['connected', 'away'])
    .optional()
    .describe(
      'In a herd on NATS: whether the answering server is connected to it. While it is away, the other servers are unreachable',
    ),
  servers: z
    .array(z.union([heardSchema, unheardSchema]))
    .describe('The one that answers first, the others by name'),
});

export type HerdAnswer = z.infer<typeof herdSchema>;
export type ServerAnswer = HerdAnswer['servers'][number];
/** A server that was heard of. */
export type HeardAnswer = z.infer<typeof heardSchema>;
