import { readMarkdown } from './markdown.ts';

const IMPORT = /^import .*$/gm;

/** The blocks of the documents as one program, in which those after a `Herd` use it. */
export async function programOf(...files: readonly string[]): Promise<string> {
  const documents = await Promise.all(files.map(readMarkdown));
  const texts = documents.flatMap(({ blocks }) =>
    blocks.filter(({ language }) => language === 'ts').map(({ text }) => text),
  );
  const [first = '', ...others] = texts;
  const imports = new Set(texts.flatMap((text) => text.match(IMPORT) ?? []));
  const bodies = others.map((text) => `{\n${text.replace(IMPORT, '')}}\n`);
  return [...imports, first.replace(IMPORT, ''), ...bodies].join('\n');
}
