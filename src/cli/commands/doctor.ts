import { examine, type Examination } from '../doctor/examine.ts';
import type { Finding, State } from '../doctor/finding.ts';
import { CliError } from '../errors.ts';
import { print } from '../output.ts';
import { hasColour, type Style, styleOf } from '../style.ts';

export interface DoctorOptions extends Examination {
  readonly json?: boolean;
}

/**
 * Prints what is right, doubtful and wrong with a herd and its environment, and the remedies.
 *
 * @throws {CliError} `FAILED`, after that, where something is wrong
 */
export async function doctor(options: DoctorOptions): Promise<void> {
  const findings = await examine(options, process.env);
  const counts = { ok: 0, warning: 0, wrong: 0 };
  for (const { state } of findings) counts[state] += 1;
  if (options.json === true) await print(`${JSON.stringify({ counts, findings }, null, 2)}\n`);
  else await print(textOf(findings, counts, styleOf(hasColour(process.stdout, process.env))));
  if (counts.wrong > 0) throw new CliError('FAILED', []); // it has been printed
}

function textOf(
  findings: readonly Finding[],
  counts: Readonly<Record<State, number>>,
  style: Style,
): string {
  const colours: Readonly<Record<State, (text: string) => string>> = {
    ok: (text) => style.green(text),
    warning: (text) => style.yellow(text),
    wrong: (text) => style.red(text),
  };
  const lines = findings.flatMap(({ check, subject, state, found, remedy }, index) => {
    const isNew = findings[index - 1]?.check !== check;
    const who = subject === '' ? '' : `${subject}: `;
    return [
      ...(isNew ? [style.bold(check)] : []),
      `  ${colours[state](state.padEnd('warning'.length))}  ${who}${found}`,
      ...(remedy === undefined ? [] : [`${' '.repeat(11)}${style.dim(`→ ${remedy}`)}`]),
    ];
  });
  const { ok, warning, wrong } = counts;
  return `${lines.join('\n')}\n\n${wrong} wrong, ${warning} to look at, ${ok} ok\n`;
}
