import { testStop } from './graceful-stop-test.ts';

testStop('journaled', './data');
