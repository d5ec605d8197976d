import { pipeline } from 'node:stream/promises';

import { CsvError, parse } from 'csv-parse';
import { z } from 'zod';

import { ImportError } from './import-error.ts';
import type { ImportedPlace, ReadingHooks } from './imported-place.ts';
import { readText } from './input-file.ts';
import { FIELDS, placeOfFields, type Fields } from './place-of-fields.ts';

/** The longest row, in characters: a quote that is not closed ends here, not with the memory. */
const MAX_ROW_LENGTH = 1_000_000;

const DELIMITERS = [',', ';', '\t'] as const;

/** What a column may be called besides the name of its field. */
const ALIASES: Readonly<Record<string, string>> = {
  lat: 'latitude',
  lon: 'longitude',
  lng: 'longitude',
  type: 'types',
  address: 'vicinity',
};

const NEEDED = ['name', 'latitude', 'longitude'] as const;

const rowSchema = z.object({
  record: z.array(z.string()),
  info: z.object({ lines: z.number() }),
});

/**
 * The places of a CSV file with a header: UTF-8, with commas, semicolons or tabs, quoted as in RFC 4180.
 *
 * @throws {ImportError} where it is none
 */
export async function* readCsv(path: string, hooks: ReadingHooks): AsyncGenerator<ImportedPlace> {
  const chunks = readText(path, hooks);
  const first = await chunks.next();
  const start = first.done === true ? Buffer.alloc(0) : first.value;
  const delimiter = delimiterOf(start.toString());
  let parsedLines = 0; // those of whole rows; some of them may not have come out of the parser yet
  const parser = parse({
    info: true,
    delimiter,
    on_record(row: string[], { lines }) {
      parsedLines = lines;
      return row;
    },
    max_record_size: MAX_ROW_LENGTH,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  const feeding = pipeline(async function* () {
    yield start;
    yield* chunks;
  }, parser);
  // Where it fails, the parser fails with it.
  feeding.catch(() => undefined);
  let columns: readonly string[] | undefined;
  try {
    for await (const row of parser) {
      const { record, info } = rowSchema.parse(row);
      const where = `line ${info.lines}`;
      if (columns === undefined) {
        columns = readHeader(path, record, hooks);
        continue;
      }
      const place = placeOfRow(record, columns);
      if (typeof place === 'string') hooks.onInvalid({ where, fault: place });
      else yield place;
    }
  } catch (error) {
    throw error instanceof CsvError ? faultOf(path, error, parsedLines + 1, delimiter) : error;
  }
  await feeding;
  if (columns === undefined) readHeader(path, [], hooks);
}

/** The one that most of the header's columns stand between. */
function delimiterOf(start: string): string {
  const [header = ''] = start.split(/\r\n|\n|\r/, 1);
  const counts = DELIMITERS.map((delimiter) => header.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** The fields of the columns, in their order. */
function readHeader(path: string, header: readonly string[], { onNote }: ReadingHooks): string[] {
  const columns = header.map((title) => {
    const name = title.startsWith('name:') ? title : title.toLowerCase();
    return ALIASES[name] ?? name;
  });
  const missing = NEEDED.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    const found = header.length === 0 ? 'nothing' : header.join(', ').slice(0, 200);
    throw new ImportError(
      'INPUT_FORMAT',
      `${path}: line 1: found ${found}; expected a header in UTF-8 with the columns ${NEEDED.join(', ')}, separated by commas, semicolons or tabs: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
    );
  }
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) {
    throw new ImportError('INPUT_FORMAT', `${path}: line 1: the column ${twice} is there twice`);
  }
  const known: readonly string[] = FIELDS;
  const unused = columns.filter((column) => !known.includes(column) && !column.startsWith('name:'));
  if (unused.length > 0) onNote(`columns that are not used: ${unused.join(', ')}`);
  return columns;
}

function placeOfRow(record: readonly string[], columns: readonly string[]): ImportedPlace | string {
  if (record.length !== columns.length) {
    return `found ${record.length} columns, expected ${columns.length} as in the header`;
  }
  const entries = columns.flatMap((column, i): [string, string][] => {
    const value = record[i] ?? '';
    return value === '' ? [] : [[column, value]];
  });
  const fields: Fields = Object.fromEntries(entries);
  return placeOfFields(fields);
}

/** @param line where the row begins that cannot be read */
function faultOf(path: string, error: CsvError, line: number, delimiter: string): ImportError {
  const code = error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'INPUT_CUT_OFF' : 'INPUT_FORMAT';
  const fault = rowFault(error, JSON.stringify(delimiter));
  return new ImportError(code, `${path}: in the row that begins at line ${line}: ${fault}`);
}

function rowFault({ code, message }: CsvError, delimiter: string): string {
  switch (code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quote is opened and never closed';
    case 'CSV_MAX_RECORD_SIZE':
      return `found more than ${MAX_ROW_LENGTH} characters, expected fewer: a quote may be opened and not closed`;
    case 'CSV_INVALID_CLOSING_QUOTE':
      return `found text after a closing quote, expected ${delimiter} or the end of the line; within quotes a quote is written twice`;
    case 'INVALID_OPENING_QUOTE':
      return 'found a quote within a field, expected the whole field in quotes, and the quote in it written twice';
    default:
      return message;
  }
}
