import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseAll } from '../../access/grant.ts';
import type { Cell, CellQuestion } from '../cells/cell-count.ts';
import { askHolders } from './ask-holders.ts';
import {
  cellsQuestionSchema,
  formatCells,
  formatCellsQuestion,
  parseCells,
} from './cells-question.ts';
import { joinCells } from './join-cells.ts';

const BOX = { westE7: -180e7, southE7: -90e7, eastE7: 180e7, northE7: 90e7 };

function cell(x: number, y: number, count: number, latitude: number): Cell {
  return { tile: { x, y }, count, latitude, longitude: -latitude };
}

test('what several servers have counted adds up, with the mean of all', () => {
  const parts = [[cell(1, 0, 1, 10), cell(0, 1, 5, 3)], [cell(0, 0, 2, 7), cell(1, 0, 3, 30)], []];
  const cells = parts.map((part) => parseCells(formatCells(part)));
  assert.deepEqual(joinCells(cells), [cell(0, 0, 2, 7), cell(1, 0, 4, 25), cell(0, 1, 5, 3)]);
});

test('a question is the same after it went to another server, and what is none is refused', () => {
  const covered = [parseAll(['anna', 'é*\\*']), parseAll(['*'])];
  const questions: CellQuestion[] = [
    { box: BOX, zoom: 3, wanted: undefined },
    { box: BOX, zoom: 0, wanted: { covered, since: undefined } },
    { box: BOX, zoom: 6, wanted: { covered: [], since: { seconds: 5, nanoseconds: 7 } } },
  ];
  const read = (text: string): unknown => cellsQuestionSchema.parse(JSON.parse(text));
  for (const each of questions) {
    const question = { kind: 'cells', partitions: [0, 7], ...each };
    const asked = read(formatCellsQuestion(question));
    assert.deepEqual(asked, question);
  }
  const [first] = questions;
  assert.ok(first !== undefined);
  const tooMany = formatCellsQuestion({ ...first, zoom: 7, partitions: [] });
  for (const text of [tooMany, '{}', '{"kind":"cells"}']) assert.throws(() => read(text), text);
  for (const text of ['', '[[1]]', '[[0,0,0,1,1]]']) assert.throws(() => parseCells(text), text);
});

test('where a holder does not answer others are asked for its partitions, and none is left out', async () => {
  const holders = new Map([
    ['Riley', new Set([0])],
    ['Jaquez', new Set([1, 2])],
  ]);
  const asked: string[] = [];
  const question = {
    take: async (partitions: ReadonlySet<number>) => [...partitions],
    ask: async (server: string, partitions: ReadonlySet<number>) => {
      asked.push(server);
      if (server === 'Juzang') return [...partitions];
      holders.delete(server);
      holders.set('Juzang', new Set([1, 2]));
      throw new Error(`${server} is silent`);
    },
  };
  const answers = await askHolders({ holders: () => holders }, 'Riley', question);
  assert.deepEqual(new Set(answers.flat()), new Set([0, 1, 2]));
  assert.deepEqual(asked, ['Jaquez', 'Juzang']);

  const silent = { ...question, ask: () => Promise.reject(new Error('silent')) };
  await assert.rejects(askHolders({ holders: () => holders }, 'Riley', silent), /silent/);
});
