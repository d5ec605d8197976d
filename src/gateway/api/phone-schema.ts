import { z } from 'zod';

const arrivalShape = {
  app: z.string().describe('By which app'),
  secondsAgo: z.int().min(0),
  address: z.string().describe('Where from'),
};

const lostSchema = z.object({
  ...arrivalShape,
  reason: z.string().describe('Why it was not stored: as in the log, or the name of a problem'),
  advice: z.string().optional().describe('The meaning and the remedy, in words'),
});

/** The answer of `GET /v1/clients/{id}/phone`. */
export const phoneSchema = z
  .object({
    client: z.string(),
    server: z
      .string()
      .describe('The server that answers: it does not know what another one received'),
    stored: z
      .object({
        ...arrivalShape,
        accuracyM: z.number().optional(),
        batteryPercent: z.number().optional(),
      })
      .optional()
      .describe('The last report that was stored'),
    unused: lostSchema.optional().describe('The last of no use, which was answered as a success'),
    refused: lostSchema.optional().describe('The last that was refused'),
    strangers: z
      .array(lostSchema)
      .describe(
        'What came of phones that this server could not tell whose they are, the latest first',
      ),
  })
  .describe("What last came from a client's phone");

export type PhoneAnswer = z.infer<typeof phoneSchema>;
