import { dirname, resolve } from 'node:path';
import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';
import { CliError } from '../errors.ts';
import type { Path, Reading, Source } from './source.ts';

/** Reads `text`, the content of the file `name`, as YAML. Throws `CliError` (`CONFIG`). */
export function parseYaml(name: string, text: string): Reading {
  const counter = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: counter,
    prettyErrors: false, // they quote the file in several lines
    stringKeys: true,
  });
  const lineAt = (offset: number): number => counter.linePos(offset).line;
  const keys = document.errors.length === 0 ? undefined : keysByOffset(document);
  const broken = [
    ...document.errors.map(({ code, pos: [at], message }) => {
      const key = keys?.get(at);
      const found = key === undefined ? 'a key' : `the key ${key}`;
      const what = code === 'DUPLICATE_KEY' ? `found ${found} a second time` : message;
      return `${lineAt(at)}: ${what}`;
    }),
    ...document.warnings.map(({ pos, message }) => `${lineAt(pos[0])}: ${message}`),
    ...prototypeKeys(document).map((offset) => `${lineAt(offset)}: found the key __proto__`),
  ];
  if (broken.length > 0) {
    throw new CliError(
      'CONFIG',
      broken.map((line) => `${name}:${line}`),
    );
  }
  const file = resolve(name);
  const source: Source = {
    name,
    file,
    folder: dirname(file),
    lineOf: (path) => lineAt(offsetOf(document, path)),
  };
  return { source, value: toValue(name, document, lineAt) };
}

/** The keys of a document by their offsets, each in quotes. */
function keysByOffset(document: Document.Parsed): ReadonlyMap<number, string> {
  const keys = new Map<number, string>();
  visit(document, {
    Pair: (_, { key }) => {
      if (!isScalar(key) || key.range === undefined || key.range === null) return;
      keys.set(key.range[0], JSON.stringify(String(key.value)));
    },
  });
  return keys;
}

/** Where `__proto__` is a key: no plain object can have it as one, so it would go unnoticed. */
function prototypeKeys(document: Document.Parsed): number[] {
  const offsets: number[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '__proto__') offsets.push(key.range?.[0] ?? 0);
    },
  });
  return offsets;
}

function toValue(
  name: string,
  document: Document.Parsed,
  lineAt: (offset: number) => number,
): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias of nothing, or aliases of aliases that would fill the memory.
    if (error instanceof ReferenceError) {
      throw new CliError('CONFIG', [`${name}:${lineAt(faultyAlias(document))}: ${error.message}`]);
    }
    throw error;
  }
}

/** Where the first alias of nothing is; without one, the last alias, which makes too many of them. */
function faultyAlias(document: Document.Parsed): number {
  let offset = 0;
  visit(document, {
    Alias(_, alias) {
      offset = alias.range?.[0] ?? offset;
      return alias.resolve(document) === undefined ? visit.BREAK : undefined;
    },
  });
  return offset;
}

/** Where the value at `path` starts: the key of a mapping's value, an item of a list, or what is around. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    let start: unknown;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      start = pair?.key;
      node = pair?.value;
    } else if (isSeq(node)) {
      start = node.items[Number(step)];
      node = start;
    }
    if (!isNode(start)) break;
    offset = start.range?.[0] ?? offset;
  }
  return offset;
}
