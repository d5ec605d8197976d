import { testGoingOn } from './journal-test.ts';

testGoingOn('Jaquez');
