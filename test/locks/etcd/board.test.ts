/** What the board asks of etcd, and what it makes of the answers. */
import { expect, test } from 'vitest';
import { createEtcdBoard } from '../../../src/locks/etcd/board.ts';
import type { Gateway } from '../../../src/locks/etcd/gateway.ts';
import { never } from './lab.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const header = { revision: '7' };

/** A board whose etcd has these keys for whatever is asked. */
function boardOf(keys: Readonly<Record<string, string>>) {
  const asked: object[] = [];
  const kvs = Object.entries(keys).map(([key, value]) => ({
    key: base64(key),
    value: base64(value),
    create_revision: '3',
  }));
  const gateway: Gateway = {
    async call(_, body) {
      asked.push((body as { success: object[] }).success[0]!);
      return { header, responses: [{ response_range: { kvs } }] };
    },
    follow: async () => [],
    forgetToken: () => {},
    show: (text) => text,
  };
  return { asked, board: createEtcdBoard(gateway, '/watcher/board/') };
}

test('the nodes are all keys below theirs, whatever their first letter, by their names', async () => {
  const { board, asked } = boardOf({ '/watcher/board/nodes/a': 'one', '/watcher/board/nodes/узел': 'não' });
  expect(await board.nodes(never)).toEqual([
    { name: 'nodes/a', text: 'one' },
    { name: 'nodes/узел', text: 'não' },
  ]);
  const range = { key: base64('/watcher/board/nodes/'), range_end: base64('/watcher/board/nodes0') };
  expect(asked).toEqual([{ request_range: range }]);
});

test('a record is read, written and removed by the one key of its name', async () => {
  const { board, asked } = boardOf({ '/watcher/board/brake': 'não' });
  expect(await board.read('brake', never)).toBe('não');
  await board.write({ name: 'nodes/a', text: 'não' }, never);
  await board.remove('nodes/a', never);
  expect(asked).toEqual([
    { request_range: { key: base64('/watcher/board/brake') } },
    { request_put: { key: base64('/watcher/board/nodes/a'), value: base64('não') } },
    { request_delete_range: { key: base64('/watcher/board/nodes/a') } },
  ]);
  expect(await boardOf({}).board.read('brake', never)).toBeNull();
});
