import type { AppAnswer, AppRequest, Told } from '../app.ts';
import type { Friend } from '../../friends/friends.ts';
import { toOwnTracks } from './location.ts';
import { seal } from './secretbox.ts';

/**
 * OwnTracks: a JSON array of cards and locations of friends. Android drops all of it where one element is not what it
 * knows, and takes any other answer for a failure. Encrypted it is one object, as the recorder of OwnTracks has it.
 */
export function respond(_request: AppRequest, { friends, encryption }: Told): AppAnswer {
  const array = JSON.stringify(friends.flatMap(elementsOf));
  const body =
    encryption === undefined
      ? array
      : JSON.stringify({ _type: 'encrypted', data: seal(array, encryption) });
  return { status: 200, type: 'application/json', body };
}

/** The card first, so that a friend has a name when it appears. */
function elementsOf({ tid, location, card }: Friend): readonly object[] {
  const shown = toOwnTracks(location, tid);
  if (card === undefined) return [shown];
  const { name, face } = card;
  return [{ _type: 'card', tid, name, face }, shown];
}
