import { expect, test } from 'vitest';
import { introduce } from '../../../src/sandbox/demo/words.ts';

function said(balancing: string | null): readonly string[] {
  const lines: string[] = [];
  const view = { isLive: false, print: (line = '') => void lines.push(line) };
  const services = [
    { name: 'etcd 3.4.23', isReal: true },
    { name: 'YP.SD', isReal: false },
  ];
  introduce(view as never, { playground: { folder: '/tmp/x' }, sandbox: { services }, keep: true, balancing } as never);
  return lines.filter((line) => line.includes('real') || line.includes('HAProxy is'));
}

const SERVICES = 'The watchers are the real program; etcd 3.4.23 is real too, and YP.SD is the sandbox, on this host.';

test.each([
  [null, []],
  ['none', ['HAProxy is not installed (apt install haproxy): its reload is played.']],
  [
    'HAProxy 3.0.11',
    ['HAProxy 3.0.11 is real on each node, and gets requests without a pause; one small server plays the pods.'],
  ],
])('The demo says which parts are real: %j', (balancing, lines) => {
  expect(said(balancing)).toEqual([SERVICES, ...lines]);
});
