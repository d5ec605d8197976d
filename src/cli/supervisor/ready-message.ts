import { z } from 'zod';

const addressSchema = z.object({ host: z.string(), port: z.int() });

/** What a server tells its supervisor once it listens: where. */
export const readyMessageSchema = z.object({ clients: addressSchema, peers: addressSchema });

export type ReadyMessage = z.infer<typeof readyMessageSchema>;
