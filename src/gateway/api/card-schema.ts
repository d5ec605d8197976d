import { z } from 'zod';

import { CARD_ICONS, MAX_CARD_NAME } from '../../service/cards.ts';
import { isFace, MAX_FACE_CHARS, MAX_FACE_SIDE } from '../../service/face.ts';

const NAME_EXPECTED = `1 to ${MAX_CARD_NAME} characters that can be seen, no white space around them`;
const ICON_EXPECTED = `one of ${CARD_ICONS.join(', ')}`;
const FACE_EXPECTED = `a PNG or JPEG in base64, of at most ${MAX_FACE_CHARS} characters and ${MAX_FACE_SIDE} pixels on a side`;
const NAME = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf} ]+$/u;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const nameSchema = z
  .string({ error: NAME_EXPECTED })
  .min(1, { error: NAME_EXPECTED })
  .max(MAX_CARD_NAME, { error: NAME_EXPECTED })
  .refine((text) => NAME.test(text) && text.trim() === text, { error: NAME_EXPECTED })
  .describe('What the client is called');

const iconSchema = z.enum(CARD_ICONS, { error: ICON_EXPECTED }).describe('What it is');

/** A card as it is put: what is left out, it has not. */
export const cardSchema = z
  .strictObject({
    name: nameSchema.optional(),
    icon: iconSchema.optional(),
    face: z
      .string({ error: FACE_EXPECTED })
      .min(1, { error: FACE_EXPECTED })
      .max(MAX_FACE_CHARS, { error: FACE_EXPECTED })
      .regex(BASE64, { error: FACE_EXPECTED })
      .refine(isFace, { error: FACE_EXPECTED })
      .optional()
      .describe('A PNG or JPEG in base64'),
  })
  .describe('What a client is called, and looks like');

/** A card as it is answered: a phone app may have put a name that is put here in no other way. */
export const answeredCardSchema = z
  .object({
    name: z.string().optional(),
    icon: iconSchema.optional(),
    face: z.string().optional().describe('A picture in base64'),
  })
  .describe('What a client is called, and looks like');

/** All cards. */
export const cardsSchema = z
  .object({
    cards: z.array(
      z.object({
        client: z.string().describe('The client ID'),
        name: z.string().optional(),
        icon: iconSchema.optional(),
        faceTag: z
          .string()
          .optional()
          .describe('Where there is a picture: changes with it. The card of the client has it'),
      }),
    ),
  })
  .describe('The cards of the clients that the caller may read, without the pictures');
