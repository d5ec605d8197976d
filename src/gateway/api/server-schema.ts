import { z } from 'zod';

const originShape = {
  server: z.string().describe('The origin'),
  epoch: z.int().describe('In which epoch of it'),
};

const linkSchema = z.object({
  neighbour: z.string(),
  up: z.boolean(),
  received: z.int().describe('Records that came from the neighbour, since the server started'),
  newer: z.int().describe('Those among them that were news here'),
  receivedBytes: z.int(),
  sentBytes: z.int(),
  pruned: z
    .array(z.object(originShape))
    .describe(
      'The origins that the neighbour was asked not to send, since others bring them first',
    ),
});

const arrivalSchema = z.object({
  neighbour: z.string().describe('From whom it came'),
  at: z.string().describe('When it came, by the clock of the server that answers (RFC 3339)'),
  news: z.boolean().describe('Whether it was news: else it, or a newer one, had come before'),
});

const recordSchema = z.object({
  ...originShape,
  sequence: z.int(),
  receivedAt: z.string().describe("When the origin received it, by the origin's clock (RFC 3339)"),
  arrivals: z.array(arrivalSchema),
});

/** The answer of `GET /v1/server`. */
export const serverSchema = z.object({
  server: z.string(),
  vector: z
    .array(z.object({ ...originShape, sequence: z.int() }))
    .describe('Up to which report of each origin, in each of its epochs, it has all or newer ones'),
  links: z.array(linkSchema),
  arrivals: z
    .array(recordSchema)
    .describe(
      'How the last records came here over links: of each origin the first record of each of its last seconds',
    ),
});

export type ServerDetails = z.infer<typeof serverSchema>;
