import { expect, test } from 'vitest';
import { diffGroups } from '../../machines/diff.ts';
import { seenTwice } from '../../machines/second-look.ts';
import type { Endpoint, GroupDiff } from '../../machines/vocabulary.ts';
import { answer, group, named, pod } from '../support/pods.ts';

const [a, b] = [pod('a'), pod('b')];
const NOTHING = { added: [], renamed: [], moved: [], removed: [] };
const shared = (id: string, port: number) => pod(id, { fqdn: 'c.example.net', port });

/** What two looks at discovery saw of one primer. */
function seen(primer: readonly Endpoint[], first: readonly Endpoint[], second: readonly Endpoint[]) {
  const looks = [first, second].map((pods) => diffGroups([group(primer)], [answer(pods)]));
  return seenTwice(looks[0]!, looks[1]!).groups[0] ?? NOTHING;
}

test.each<[string, readonly Endpoint[], readonly Endpoint[], Partial<GroupDiff>]>([
  ['a pod that both have', [a, b], [a, b], { added: named(b.fqdn) }],
  ['a pod that is gone', [a, b], [a], {}],
  ['a pod that was made anew in between', [a, b], [a, pod('b-1', { fqdn: b.fqdn })], { added: named(b.fqdn) }],
  ['a new pod that moved in between', [a, b], [a, pod('b', { port: 81 })], { added: named(b.fqdn) }],
  ['a new pod that got another name in between', [a, b], [a, pod('b', { fqdn: 'b9.example.net' })], {}],
  [
    'one rename',
    [pod('a', { fqdn: 'x.net' })],
    [pod('a', { fqdn: 'x.net' })],
    {
      renamed: [{ id: 'a', from: a.fqdn, to: 'x.net' }],
    },
  ],
  ['a rename to another name', [pod('a', { fqdn: 'x.net' })], [pod('a', { fqdn: 'y.net' })], {}],
  [
    'a rename whose name another pod got in between',
    [pod('a', { fqdn: 'x.net' }), b],
    [a, pod('b', { fqdn: 'x.net' })],
    { added: [] },
  ],
  [
    'one rename of two',
    [pod('a', { fqdn: 'x.net' })],
    [pod('a', { fqdn: 'x.net' }), b],
    { renamed: [{ id: 'a', from: a.fqdn, to: 'x.net' }] },
  ],
  ['a rename that was taken back', [pod('a', { fqdn: 'x.net' })], [a], {}],
  [
    'one move',
    [pod('a', { port: 81 })],
    [pod('a-1', { fqdn: a.fqdn, port: 81 })],
    {
      moved: [{ name: a.fqdn, port: null, to: { ip4: null, ip6: '2001:db8::1', port: 81 } }],
    },
  ],
  ['a move to another port', [pod('a', { port: 81 })], [pod('a', { port: 82 })], {}],
  ['a move to another IPv4 address', [pod('a', { ip4: '192.0.2.2' })], [pod('a', { ip4: '192.0.2.3' })], {}],
  [
    'one move to an IPv4 address',
    [pod('a', { ip4: '192.0.2.2' })],
    [pod('a', { ip4: '192.0.2.2' })],
    { moved: [{ name: a.fqdn, port: null, to: { ip4: '192.0.2.2', ip6: '2001:db8::1', port: 80 } }] },
  ],
  ['a move to another address', [pod('a', { ip6: '::2' })], [pod('a', { ip6: '::3' })], {}],
  ['a pod that is lost', [], [], { removed: named(a.fqdn) }],
  ['a pod that came back', [], [a], {}],
  [
    'a name that gets its second port in between',
    [a, shared('c', 80)],
    [a, shared('c', 80), shared('d', 81)],
    {
      added: [
        { name: 'c.example.net', port: 80 },
        { name: 'c.example.net', port: 81 },
      ],
    },
  ],
  [
    'a name that loses its second port in between',
    [a, shared('c', 80), shared('d', 81)],
    [a, shared('d', 81)],
    {
      added: named('c.example.net'),
    },
  ],
  [
    'a name whose second port is another one',
    [a, shared('c', 80), shared('d', 81)],
    [a, shared('c', 80), shared('d', 82)],
    {
      added: [{ name: 'c.example.net', port: 80 }],
    },
  ],
])('%s', (_what, first, second, expected) => {
  expect(seen([pod('a', { ip4: '192.0.2.1' })], first, second)).toMatchObject({ ...NOTHING, ...expected });
});

test('a verdict of the second look stands, and brings no change that only the first one saw', () => {
  const first = diffGroups([group([a])], [answer([a, b])]);
  const second = diffGroups([group([a])], [answer([], { verdict: 'denied', detail: 'why' })]);
  expect(seenTwice(first, second)).toMatchObject({ groupsCompared: 0, groups: [{ verdict: 'denied', ...NOTHING }] });
});

test('each group is held against itself, and one that only the second look lists has changed once', () => {
  const groups = ['front', 'back', 'api'].map((endpointSet) => group([a], { endpointSet }));
  const look = (...changed: readonly string[]) =>
    diffGroups(
      groups,
      groups.map(({ endpointSet }) => answer(changed.includes(endpointSet) ? [a, b] : [a], { endpointSet })),
    );
  const both = seenTwice(look('front', 'api'), look('back', 'api'));
  expect(both.groupsCompared).toBe(3);
  expect(both.groups).toMatchObject([{ endpointSet: 'api', added: named(b.fqdn) }]);
});

test('a group that only the second look lists has none of its changes, of any kind', () => {
  const known = [a, b, pod('c')];
  const now = [pod('a', { fqdn: 'x.net' }), pod('b', { port: 81 }), pod('d')];
  const first = diffGroups([group(known)], [answer(known)]);
  const second = diffGroups([group(known)], [answer(now)]);
  expect(second.groups).toMatchObject([{ added: named('d.example.net'), removed: named('c.example.net') }]);
  expect(seenTwice(first, second)).toEqual({ groupsCompared: 1, groups: [] });
});
