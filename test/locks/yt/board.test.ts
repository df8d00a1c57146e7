/** What the board asks of YT, and what it makes of the answers, byte for byte as YT has them. */
import { expect, test } from 'vitest';
import type { YtApi } from '../../../src/locks/yt/api.ts';
import { createYtBoard } from '../../../src/locks/yt/board.ts';
import type { Reaction } from '../../../src/locks/yt/errors.ts';
import { YtProblem } from '../../../src/locks/yt/problem.ts';
import { toWire } from '../../../src/locks/yt/yt-strings.ts';
import { failureOf, never } from './lab.ts';

/** A board whose YT gives that answer to everything, or fails so. */
function boardOf(answer: unknown) {
  const asked: (readonly [command: string, parameters: unknown])[] = [];
  const api: YtApi = {
    async call(command, parameters) {
      asked.push([command, parameters]);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    show: (text) => text,
  };
  return { asked, board: createYtBoard(api, '//tmp/board') };
}

const NODE = 'nodes/узел-1' as const;
const TEXT = '{"why":"não"}';

test('a record is written over the one before, also where its folder is not there yet', async () => {
  const { board, asked } = boardOf({ node_id: '1-2-3-4' });
  await board.write({ name: NODE, text: TEXT }, never);
  await board.remove('brake', never);
  expect(asked).toEqual([
    [
      'create',
      { path: `//tmp/board/${NODE}`, type: 'document', recursive: true, force: true, attributes: { value: TEXT } },
    ],
    ['remove', { path: '//tmp/board/brake' }],
  ]);
});

test.each([
  ['a text', { value: toWire(TEXT) }, TEXT],
  ['a text without its map', toWire(TEXT), TEXT],
  ['what somebody else wrote', { value: { a: 1 } }, '{"a":1}'],
])('of %s is read what was written', async (_, answer, expected) => {
  expect(await boardOf(answer).board.read('brake', never)).toBe(expected);
});

test('the records of the nodes have their names and texts as they were written; what is none is passed by', async () => {
  const entries = [
    { $value: toWire('узел-1'), $attributes: { value: toWire(TEXT) } },
    { $value: 'node-2', $attributes: { value: [1] } },
    { $value: 'without-text', $attributes: {} },
    'without-attributes',
    null,
  ];
  const { board, asked } = boardOf({ value: entries });
  expect(await board.nodes(never)).toEqual([
    { name: NODE, text: TEXT },
    { name: 'nodes/node-2', text: '[1]' },
  ]);
  expect(asked).toEqual([['list', { path: '//tmp/board/nodes', 'attributes[0]': 'value' }]]);
});

test('a board that is not there is empty', async () => {
  const { board } = boardOf(new YtProblem('missing', 'no such node'));
  expect([await board.nodes(never), await board.read('brake', never)]).toEqual([[], null]);
  await board.remove('brake', never);
});

const kinds: readonly (readonly [Reaction, string])[] = [
  ['denied', 'lockDenied'],
  ['refused', 'lockDenied'],
  ['exists', 'lockDenied'],
  ['conflict', 'lockUnavailable'],
  ['gone', 'lockUnavailable'],
  ['transient', 'lockUnavailable'],
];

test.each(kinds)('a board that fails as %s makes a run fail with %s', async (reaction, kind) => {
  const { board } = boardOf(new YtProblem(reaction, 'so it is'));
  for (const asked of [board.nodes(never), board.read('brake', never), board.remove('brake', never)])
    expect((await failureOf(asked)).kind).toBe(kind);
});
