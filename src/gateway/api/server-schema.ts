import { z } from 'zod';

const originShape = {
  server: z.string().describe('The origin'),
  epoch: z.int().describe('In which epoch of it'),
};

const linkSchema = z.object({
  neighbour: z.string(),
  up: z.boolean(),
  received: z.int().describe('Records received from the neighbour since the server started'),
  newer: z.int().describe('Those among them that were new here'),
  receivedBytes: z.int(),
  sentBytes: z.int(),
  pruned: z
    .array(z.object(originShape))
    .describe(
      'The origins that the neighbour was asked not to send, since others deliver them first',
    ),
});

const arrivalSchema = z.object({
  neighbour: z.string().describe('The neighbour that sent it'),
  at: z.string().describe('When it came, by the clock of the server that answers (RFC 3339)'),
  news: z
    .boolean()
    .describe('Whether it was new: otherwise it, or a newer one, had arrived before'),
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
    .describe(
      'For each origin and epoch: the report up to which it has every report or a newer one',
    ),
  links: z.array(linkSchema),
  arrivals: z
    .array(recordSchema)
    .describe(
      'How the last records came here over links: of each origin the first record of each of its last seconds',
    ),
});

export type ServerDetails = z.infer<typeof serverSchema>;
