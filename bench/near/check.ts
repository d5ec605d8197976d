import { Conversation } from '../load/conversation.ts';
import { clientId } from '../load/reports.ts';
import { NEAREST, nearCommand } from './requests.ts';
import type { World } from './world.ts';

const RADIUS_METRES = 500;
const QUESTIONS = 20;
/** Redis keeps a position to within 0.6 m, and its sphere is larger by 3 in 10,000. */
const [TOLERANCE_METRES, TOLERANCE_SHARE] = [2, 0.001] as const;

/** Compares some answers with a look at every client. Throws where one is wrong. */
export async function checkAnswers(port: number, world: World): Promise<void> {
  const conversation = await Conversation.connect(port);
  try {
    for (let question = 0; question < QUESTIONS; question++) {
      const client = world.anyone();
      const text = await conversation.exchange(
        nearCommand(world, client, RADIUS_METRES),
        isWholeAnswer,
      );
      checkAnswer(text, world, client);
    }
  } finally {
    conversation.close();
  }
}

function isWholeAnswer(text: string): boolean {
  const lines = text.split('\r\n');
  return lines.length > 1 && lines.length === 2 + 5 * Number(lines[0]?.slice(1));
}

function checkAnswer(text: string, world: World, client: number): void {
  const lines = text.split('\r\n');
  const distances = Array.from(world.latitudes, (_, other) => metres(world, client, other));
  const within = distances.filter((distance) => distance <= RADIUS_METRES).sort((a, b) => a - b);
  const found = Number(lines[0]?.slice(1));
  const isFew = Math.abs(found - within.length) <= 1;
  if (found !== NEAREST && !isFew) throw new Error(`${found} found of ${within.length}: ${text}`);
  for (let n = 0; n < found; n++) {
    const [id, said] = [lines[3 + 5 * n], Number(lines[5 + 5 * n])];
    const real = distances[Number(id?.slice(0, 8))] ?? Infinity;
    const nth = within[n] ?? RADIUS_METRES;
    const tolerance = TOLERANCE_METRES + TOLERANCE_SHARE * RADIUS_METRES;
    if (Math.abs(said - real) < tolerance && Math.abs(said - nth) < tolerance) continue;
    throw new Error(`${id} is said to be ${said} m from ${clientId(client)}, and is ${real} m`);
  }
}

/** Two clients' distance: on the plane, which is exact enough where they are close. */
function metres({ latitudes, longitudes }: World, one: number, other: number): number {
  const metresPerDegree = 111_195;
  const latitude = latitudes[one] ?? 0;
  const north = (latitudes[other] ?? 0) - latitude;
  const east = (longitudes[other] ?? 0) - (longitudes[one] ?? 0);
  return metresPerDegree * Math.hypot(north, east * Math.cos((latitude * Math.PI) / 180));
}
