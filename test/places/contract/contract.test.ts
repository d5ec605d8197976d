import { describe } from 'node:test';

import { AnsweringUpstream } from '../answering-upstream.ts';
import { answerCases, radiusCases, type WithPlaces } from './answers.ts';
import { httpChoicesCases, rankCases, typeCases, type HttpChoicesFixture } from './choices.ts';
import type { HttpFixture } from './fixture.ts';
import { GOOGLE_LEGACY } from './google-legacy.ts';
import { GOOGLE } from './google.ts';
import { httpAnswerCases, keyCases } from './http-answers.ts';
import { faultCases, refusalCases } from './http-faults.ts';
import { OVERPASS } from './overpass.ts';

function overHttp(fixture: HttpFixture): WithPlaces {
  return async (places, use) => {
    await using upstream = await AnsweringUpstream.start((_request, response) => {
      response.end(fixture.answer(places));
    });
    await use(fixture.create(upstream.url));
  };
}

function httpCases(fixture: HttpFixture & { readonly choices: HttpChoicesFixture }): void {
  answerCases(fixture, overHttp(fixture));
  httpAnswerCases(fixture);
  refusalCases(fixture);
  faultCases(fixture);
  typeCases(fixture);
  httpChoicesCases(fixture);
}

describe('google keeps the contract', () => {
  httpCases(GOOGLE);
  keyCases(GOOGLE);
});

describe('google-legacy keeps the contract', () => {
  httpCases(GOOGLE_LEGACY);
  keyCases(GOOGLE_LEGACY);
});

describe('overpass keeps the contract', () => {
  httpCases(OVERPASS);
  radiusCases(OVERPASS, overHttp(OVERPASS));
  rankCases(OVERPASS, overHttp(OVERPASS));
});
