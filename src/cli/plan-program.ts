import type { Command } from 'commander';
import type { PlanOptions } from './commands/plan.ts';

/** The command that says what a herd takes. */
export function addPlanCommand(program: Command): void {
  program
    .command('plan')
    .description('print what a herd of a size takes, and whether it goes with links or needs NATS')
    .requiredOption('--clients <number>', 'how many clients there are')
    .requiredOption('--every <duration>', 'how often each of them reports, for example 30s')
    .requiredOption('--servers <number>', 'over how many servers')
    .option('--links <number>', 'how many links each server has', '3')
    .option('--memory <size>', "the memory of each server's machine", '16GiB')
    .option('--replicas <number>', 'how many servers of NATS store each location', '3')
    .option('--json', 'print JSON')
    .action(async (options: PlanOptions) => {
      const { plan } = await import('./commands/plan.ts');
      await plan(options);
    });
}
