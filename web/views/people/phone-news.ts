import { isObject } from '../../state/shape.ts';

/** Something that came from a phone. */
interface Arrival {
  readonly app: string;
  readonly secondsAgo: number;
  readonly address: string;
}

/** What came and was not stored. */
interface Lost extends Arrival {
  readonly reason: string;
  /** What that means and what to do. */
  readonly advice?: string;
}

/** What a server says of a client's phone. */
export interface PhoneAnswer {
  readonly server: string;
  readonly stored?: Arrival & { readonly accuracyM?: number; readonly batteryPercent?: number };
  readonly unused?: Lost;
  readonly refused?: Lost;
  readonly strangers: readonly Lost[];
}

/** What last came from a phone, at whichever server. */
export type PhoneNews =
  | { readonly kind: 'silent' }
  | {
      readonly kind: 'heard';
      readonly server: string;
      readonly what: NonNullable<PhoneAnswer['stored']>;
    }
  /** It came from a phone of which nobody knows whose it is, where `isStranger`. */
  | {
      readonly kind: 'lost';
      readonly server: string;
      readonly what: Lost;
      readonly isStranger: boolean;
    };

export function isPhoneAnswer(value: unknown): value is PhoneAnswer {
  return isObject(value) && Array.isArray(value['strangers']);
}

/**
 * The last that came from a phone, from what all servers say.
 *
 * @param withinS what is older is no news, in seconds
 * @param app whose strangers may be this phone; `undefined`: those of no app
 */
export function newsOf(
  answers: readonly PhoneAnswer[],
  withinS: number,
  app: string | undefined,
): PhoneNews {
  const all = answers.flatMap(({ server, stored, unused, refused, strangers }): PhoneNews[] => [
    ...(stored === undefined ? [] : [{ kind: 'heard' as const, server, what: stored }]),
    ...[unused, refused].flatMap((what) => {
      return what === undefined ? [] : [{ kind: 'lost' as const, server, what, isStranger: false }];
    }),
    ...strangers
      .filter((what) => what.app === app)
      .map((what) => ({ kind: 'lost' as const, server, what, isStranger: true })),
  ]);
  const recent = all.filter((news) => agoOf(news) <= withinS);
  // What is surely this phone's goes before what may be.
  const [last] = recent.toSorted(
    (a, b) => Number(isStranger(a)) - Number(isStranger(b)) || agoOf(a) - agoOf(b),
  );
  return last ?? { kind: 'silent' };
}

function agoOf(news: PhoneNews): number {
  return news.kind === 'silent' ? Infinity : news.what.secondsAgo;
}

function isStranger(news: PhoneNews): boolean {
  return news.kind === 'lost' && news.isStranger;
}
