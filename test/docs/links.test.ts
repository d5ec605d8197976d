import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { CHECKOUT } from '../support/process.ts';
import { anchorsOf, codeOf, linksOf, readMarkdown, rowsOf, type Markdown } from './markdown.ts';

const inDocs = (await readdir(join(CHECKOUT, 'docs'))).filter((name) => name.endsWith('.md'));
const FILES = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/README.md',
  ...inDocs.map((name) => `docs/${name}`),
];
const documents = new Map<string, Markdown>(
  await Promise.all(FILES.map(async (file) => [file, await readMarkdown(file)] as const)),
);

/** Paths of the checkout, where they stand as code. Those with a placeholder are no paths. */
const PATH = /^(?:src|test|bench|docs|examples|scripts)\/[\w./-]*$/;

for (const [file, document] of documents) {
  test(`${file}: every relative link leads to a file and a heading`, () => {
    const broken = linksOf(document).filter((link) => !leadsSomewhere(file, link));
    assert.deepEqual(broken, []);
  });

  test(`${file}: every path that it names exists`, () => {
    const missing = codeOf(document.prose)
      .filter((code) => PATH.test(code))
      .filter((path) => !existsSync(join(CHECKOUT, path)));
    assert.deepEqual(missing, []);
  });
}

for (const [file, document] of documents) {
  test(`${file}: every row of a table has as many cells as its header`, () => {
    const uneven = [...tablesOf(document)].filter((table) => new Set(table.map(cellsOf)).size > 1);
    assert.deepEqual(uneven, []);
  });
}

test('every document is in the table of the README', () => {
  const readme = documents.get('README.md');
  const linked = readme === undefined ? [] : linksOf(readme);
  const others = FILES.filter((file) => file !== 'README.md');
  assert.deepEqual(
    others.filter((file) => !linked.includes(file)),
    [],
  );
});

test('every function that docs/ARCHITECTURE.md names for a file is in it', async () => {
  const architecture = documents.get('docs/ARCHITECTURE.md');
  assert.ok(architecture !== undefined);
  let functions = 0;
  for (const [fileCell = '', functionCell = ''] of rowsOf(architecture)) {
    const [file = ''] = codeOf(fileCell);
    const [name = ''] = codeOf(functionCell);
    if (!file.startsWith('src/') || !file.endsWith('.ts')) continue;
    const source = await readFile(join(CHECKOUT, file), 'utf8');
    assert.match(source, new RegExp(`(?<![\\w#])${name}\\b`), `${name} in ${file}`);
    functions += 1;
  }
  assert.ok(functions > 10, 'the table of the main path was found');
});

/** Runs of lines that begin with `|`, indented or not. */
function* tablesOf({ prose }: Markdown): Generator<string[]> {
  for (const [table] of prose.matchAll(/^(?: *\|.*\n)+/gm)) yield table.trimEnd().split('\n');
}

/** How many cells a row has; -1 where its last one is not closed. */
function cellsOf(row: string): number {
  return row.endsWith('|') ? row.split(/(?<!\\)\|/).length - 2 : -1;
}

function leadsSomewhere(from: string, link: string): boolean {
  if (/^https?:/.test(link)) return true;
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(CHECKOUT, file))) return false;
  const target = documents.get(file);
  return anchor === undefined || (target !== undefined && anchorsOf(target).has(anchor));
}
