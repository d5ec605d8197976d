import { formatClientId } from '../../protocol/client-id.ts';
import { PHONE_ADVICE } from '../ingest/advice.ts';
import type { Arrivals, LostArrival, StoredArrival } from '../ingest/arrivals.ts';
import type { ApiContext } from './context.ts';
import { clientPathSchema } from './parameters.ts';
import { phoneSchema, type PhoneAnswer } from './phone-schema.ts';
import { defineRoute, jsonAnswer, NOTHING, type Answer, type Route } from './route.ts';

/** What last came from a client's phone, for who sets it up. */
export function phoneRoute({ arrivals, herd }: ApiContext): Route {
  return defineRoute({
    method: 'GET',
    path: '/v1/clients/{id}/phone',
    name: 'getPhone',
    summary: "What last came from a client's phone at this server, and why it was of no use",
    description: 'It says nothing of where the client is.',
    scope: 'operate',
    params: clientPathSchema,
    query: NOTHING,
    answers: {
      200: { description: 'What came, if anything', content: { 'application/json': phoneSchema } },
    },
    problems: [],
    handle: ({ params: { id } }): Answer => {
      const client = id.toString('latin1');
      const { stored, unused, refused } = arrivals.of(client);
      const answer: PhoneAnswer = {
        client: formatClientId(client),
        server: herd.server,
        stored: stored && { ...arrivalOf(arrivals, stored), ...stored.attributes },
        unused: unused && lostOf(arrivals, unused),
        refused: refused && lostOf(arrivals, refused),
        strangers: arrivals.strangers.map((each) => lostOf(arrivals, each)),
      };
      return jsonAnswer(answer, { 'cache-control': 'no-store' });
    },
  });
}

function arrivalOf(arrivals: Arrivals, arrival: StoredArrival | LostArrival) {
  const { app, address } = arrival;
  return { app, secondsAgo: arrivals.ageSeconds(arrival), address };
}

function lostOf(arrivals: Arrivals, arrival: LostArrival) {
  const { reason } = arrival;
  return { ...arrivalOf(arrivals, arrival), reason, advice: PHONE_ADVICE[reason] };
}
