/** From this speed on somebody moves, in metres a second: slower is what standing still looks like to a phone. */
const MOVES_FROM_MPS = 0.7;

/** How a client moves, in a word. */
export function motionOf(speedMps: number | undefined): string {
  if (speedMps === undefined) return 'heard';
  return speedMps >= MOVES_FROM_MPS ? 'moving' : 'at rest';
}
