import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { PlaceChoices } from '#src/places/choices.js';
import type { PlaceType } from '#src/places/place-types.js';
import type { Place, PlaceTraits } from '#src/places/provider.js';
import { type AskedRequest, AnsweringUpstream } from '../answering-upstream.ts';
import type { WithPlaces } from './answers.ts';
import { type HttpFixture, placesInARow, type ProviderFixture, QUERY } from './fixture.ts';
import { outcomeOf, outcomeOfText, pageOf } from './outcome.ts';

/** What a provider makes of the choices. */
export interface ChoicesFixture {
  readonly traits: PlaceTraits;
  /** The type of the places that the fixture's upstream knows, and another one. */
  readonly type: PlaceType;
  readonly otherType: PlaceType;
}

/** What a provider over HTTP makes of the choices. */
export interface HttpChoicesFixture extends ChoicesFixture {
  /** What a request asks for by these choices, in the upstream's own words; what it does not ask for is not there. */
  readonly asked: readonly {
    readonly choices: Partial<PlaceChoices>;
    readonly request: Readonly<Record<string, unknown>>;
  }[];
  /** Those of a request. */
  readonly wordsOf: (request: AskedRequest) => Promise<Readonly<Record<string, unknown>>>;
  /** An answer with one place of which everything is known that the upstream has, and its details. */
  readonly detailed: { readonly answer: object; readonly details: Place['details'] };
  /** An answer whose details are of no use. */
  readonly odd: object;
}

/** What every provider does that puts its places in order itself. */
export function rankCases(
  fixture: ProviderFixture & { readonly choices: ChoicesFixture },
  withPlaces: WithPlaces,
): void {
  const { type, otherType } = fixture.choices;
  const namesBy = async (choices: Partial<PlaceChoices>, count = 5): Promise<string[]> => {
    const places = placesInARow(count).toReversed();
    let names: string[] = [];
    await withPlaces(places, async (provider) => {
      const query = { ...QUERY, choices: { ...QUERY.choices, ...choices } };
      const { results } = pageOf(await outcomeOf(provider, fixture.key, query));
      names = results.map(({ name }) => name);
    });
    return names;
  };
  const inARow = placesInARow(30).map(({ name }) => name);

  test('by distance the nearest come first, and a full page has the nearest', async () => {
    assert.deepEqual(await namesBy({ rank: 'distance' }), inARow.slice(0, 5));
    assert.deepEqual(await namesBy({ rank: 'distance' }, 30), inARow.slice(0, 20));
  });

  test('a type that is asked for is there, another one is not, of several one is enough', async () => {
    assert.equal((await namesBy({ types: [type] })).length, 5);
    assert.equal((await namesBy({ types: [otherType] })).length, 0);
    assert.equal((await namesBy({ types: [otherType, type].sort() })).length, 5);
  });
}

/** What every provider says of its types. */
export function typeCases({
  choices: { traits, type },
}: {
  readonly choices: ChoicesFixture;
}): void {
  test('the types by which the upstream is asked are their own', () => {
    assert.deepEqual(traits.typesFor(type), [type]);
    for (const asked of traits.typesFor('place_of_worship')) {
      assert.deepEqual(traits.typesFor(asked), [asked]);
    }
  });
}

/** What every provider over HTTP makes of the choices. */
export function httpChoicesCases(
  fixture: HttpFixture & { readonly choices: HttpChoicesFixture },
): void {
  const { asked, wordsOf, detailed, odd } = fixture.choices;
  for (const { choices, request } of asked) {
    test(`${JSON.stringify(choices)} is asked for in the upstream's own words`, async () => {
      await using upstream = await AnsweringUpstream.start((_request, response) =>
        response.end(fixture.answer([])),
      );
      const query = { ...QUERY, choices: { ...QUERY.choices, ...choices } };
      await outcomeOf(fixture.create(upstream.url), fixture.key, query);
      const [sent, ...others] = upstream.requests;
      assert.ok(sent !== undefined);
      assert.deepEqual(others, []);
      assert.deepEqual(await wordsOf(sent), request);
    });
  }

  test('what the upstream knows of a place is passed on', async () => {
    const { results } = pageOf(await outcomeOfText(fixture, JSON.stringify(detailed.answer)));
    assert.deepEqual(
      results.map(({ details }) => details),
      [detailed.details],
    );
  });

  test('what is odd about a place is in no details, and the place is there', async () => {
    const { results } = pageOf(await outcomeOfText(fixture, JSON.stringify(odd)));
    assert.deepEqual(
      results.map(({ details }) => details),
      [undefined],
    );
  });
}
