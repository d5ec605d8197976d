import { testStop } from './graceful-stop-test.ts';

testStop('received', 'none');
testStop('journaled', './data');
