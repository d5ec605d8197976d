import { testStop } from './graceful-stop-test.ts';

testStop('received', 'none');
testStop('received', './data');
testStop('neighbours', 'none');
testStop('neighbours', './data');
