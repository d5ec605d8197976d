import { run } from '#src/cli/program.js';

/*
 * The process of a `CommandHost`: runs commands one after the other, and gives back what each printed and its exit
 * status.
 */

/** What is asked of the process. */
export interface CommandOrder {
  readonly args: readonly string[];
  readonly cwd: string;
}

let printed = { stdout: '', stderr: '' };

for (const name of ['stdout', 'stderr'] as const) {
  process[name].setMaxListeners(0); // each command adds one
  process[name].write = (text: string | Uint8Array, ...more: unknown[]): boolean => {
    printed[name] += Buffer.from(text).toString();
    const callback = more.at(-1);
    if (typeof callback === 'function') process.nextTick(callback);
    return true;
  };
}

process.on('message', ({ args, cwd }: CommandOrder) => {
  printed = { stdout: '', stderr: '' };
  process.chdir(cwd);
  void run(args).then((code) => process.send?.({ code, signal: null, ...printed }));
});
