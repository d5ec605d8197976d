import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKOUT } from '../support/process.ts';

/** A fenced block. */
interface Block {
  /** What follows the opening fence: `sh`, `yaml` … */
  readonly language: string;
  readonly text: string;
  /** The line of the file that it starts in, from 1. */
  readonly line: number;
}

/** A Markdown file of the checkout, cut into what the tests look at. */
export interface Markdown {
  /** Relative to the checkout. */
  readonly file: string;
  readonly blocks: readonly Block[];
  /** Everything outside of fenced blocks. */
  readonly prose: string;
}

const FENCE = /^( *)```(\w*)\n([^]*?)^\1```$/gm;

/** Reads a Markdown file by its path in the checkout. */
export async function readMarkdown(file: string): Promise<Markdown> {
  const text = await readFile(join(CHECKOUT, file), 'utf8');
  const blocks = [...text.matchAll(FENCE)].map(({ 2: language = '', 3: body = '', index }) => ({
    language,
    text: body,
    line: text.slice(0, index).split('\n').length,
  }));
  return { file, blocks, prose: text.replace(FENCE, '') };
}

/** The anchors of the headings, as GitHub makes them. */
export function anchorsOf({ prose }: Markdown): Set<string> {
  const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The targets of the links. */
export function linksOf({ prose }: Markdown): string[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** The pieces of code within lines of text. */
export function codeOf(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}

/** The rows of all tables, without their headers, as cells. */
export function rowsOf({ prose }: Markdown): string[][] {
  const lines = prose.split('\n');
  const isRow = (line: string | undefined): boolean => line?.startsWith('|') === true;
  const isRule = (line: string | undefined): boolean => /^\|[-:| ]+\|$/.test(line ?? '');
  return lines
    .filter((line, i) => isRow(line) && !isRule(line) && !isRule(lines[i + 1]))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}
