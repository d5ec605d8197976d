import type { Command } from 'commander';
import type { PlanOptions } from './commands/plan.ts';

/** The command that says what a herd takes. */
export function addPlanCommand(program: Command): void {
  program
    .command('plan')
    .description(
      'estimate what a herd of a given size needs, and whether links suffice or it needs NATS',
    )
    .requiredOption('--clients <number>', 'how many clients there are')
    .requiredOption('--every <duration>', 'how often each client reports, for example 30s')
    .requiredOption('--servers <number>', 'how many servers the herd has')
    .option('--links <number>', 'how many links each server has', '3')
    .option('--memory <size>', "the memory of each server's machine", '16GiB')
    .option('--replicas <number>', 'how many NATS servers store each location', '3')
    .option('--json', 'print JSON')
    .action(async (options: PlanOptions) => {
      const { plan } = await import('./commands/plan.ts');
      await plan(options);
    });
}
