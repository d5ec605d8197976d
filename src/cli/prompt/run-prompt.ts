import { homedir } from 'node:os';
import { printMessage } from '../output.ts';
import { hasColour, styleOf } from '../style.ts';
import { HistoryFile, historyPath } from './history-file.ts';
import { Prompt, type PromptParts } from './prompt.ts';

/** A prompt on this process's terminal. Resolves to how many commands were answered with a question mark. */
export function runPrompt(
  parts: Pick<PromptParts, 'targets' | 'target' | 'token' | 'deadlineMs'>,
): Promise<number> {
  const { stdin: input, stdout: output, env } = process;
  const prompt = new Prompt({
    ...parts,
    input,
    output,
    style: styleOf(hasColour(output, env)),
    history: new HistoryFile(historyPath(env, homedir()), printMessage),
    nowMs: Date.now,
  });
  return prompt.run();
}
