import { testAnswerErrors } from './answer-error-runs.test.ts';

testAnswerErrors(1);
