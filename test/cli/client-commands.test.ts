/* Together in one process, which has loaded the server once. */
import './bench-test.ts';
import './prompt-test.ts';
import './watch-test.ts';
