import { requireAccessPath, usage } from '../../access/arguments.ts';
import { timeText } from '../../access/describe.ts';
import { editAccessFile } from '../../access/edit-access-file.ts';
import { didYouMean } from '../../closest.ts';
import { word } from '../../config/faults.ts';
import { loadConfig } from '../../config/load.ts';
import { printMessage } from '../../output.ts';
import type { TokenOptions } from './create.ts';

/** Revokes tokens: all of them, or, where one is not there, none. */
export async function revokeTokens(names: readonly string[], options: TokenOptions): Promise<void> {
  const nowMs = Date.now();
  const path = requireAccessPath(await loadConfig(options.config));
  await editAccessFile(path, nowMs, (document, { tokens }) => {
    for (const name of names) {
      const rule = tokens.find((each) => each.name === name);
      if (rule === undefined) {
        const known = tokens.map((each) => each.name);
        throw usage(`no token ${word(name)}${didYouMean(name, known)}`);
      }
      if (rule.revokedMs !== undefined) continue; // when it was first revoked stays
      document.setIn(['tokens', name, 'revoked'], timeText(nowMs));
    }
  });
  printMessage(`revoked ${names.join(', ')}; running servers take it within seconds`);
}
