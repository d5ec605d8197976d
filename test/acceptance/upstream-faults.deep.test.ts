import { MORE_FAULTS, testFaults } from './upstream-faults-test.ts';

testFaults(MORE_FAULTS);
