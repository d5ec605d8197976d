/** What a line that was typed at the prompt asks for. */
export type TypedLine =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'help' }
  | { readonly kind: 'exit' }
  | { readonly kind: 'server'; readonly name: string | undefined }
  | { readonly kind: 'unknown'; readonly name: string }
  | { readonly kind: 'command'; readonly text: string };

/** The prompt's own commands. */
export const OWN_COMMANDS = ['.help', '.server', '.exit'] as const;

/** What users of other prompts type. No command for a server has one of these names. */
const SYNONYMS: Readonly<Record<string, string>> = {
  help: '.help',
  exit: '.exit',
  quit: '.exit',
  '.quit': '.exit',
};

/** Reads a line: one of the prompt's own commands, or one for the server. */
export function readTypedLine(line: string): TypedLine {
  const [first = '', second] = line.trim().split(/\s+/);
  switch (SYNONYMS[first] ?? first) {
    case '':
      return { kind: 'nothing' };
    case '.help':
      return { kind: 'help' };
    case '.exit':
      return { kind: 'exit' };
    case '.server':
      return { kind: 'server', name: second };
    default:
      if (first.startsWith('.')) return { kind: 'unknown', name: first };
      return { kind: 'command', text: line };
  }
}
