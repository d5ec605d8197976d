import { FAULTS, testFaults } from './upstream-faults-test.ts';

testFaults(FAULTS);
