import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Endpoint, Group } from '../../machines/vocabulary.ts';
import { assignServers, type Placed, type Places } from '../../src/prime/assign-servers.ts';

const pod = (id: string, fqdn = `${id}.example.net`): Endpoint => ({ id, fqdn, ip4: '127.0.0.1', ip6: null, port: 80 });
const group = (...endpoints: Endpoint[]): Group => ({ cluster: 'sas', endpointSet: 'front', endpoints });

/** One backend of one group through a life of lists. */
function backend() {
  let before: Group = group();
  let places: Places = new Map();
  return (...endpoints: Endpoint[]): readonly Placed[] => {
    const now = group(...endpoints);
    const placed = assignServers([before], [now], places);
    before = now;
    places = new Map([['sas/front', new Map(placed.map((each) => [each.pod.id, each]))]]);
    return placed;
  };
}

const told = (placed: readonly Placed[]) => placed.map(({ slot, server, pod: { id } }) => `${slot} ${server} ${id}`);

describe('a server line', () => {
  test('stays for a pod that stays, whoever else comes and goes', () => {
    const next = backend();
    expect(told(next(pod('a'), pod('b')))).toEqual(['1 a.example.net a', '2 b.example.net b']);
    expect(told(next(pod('b'), pod('c')))).toEqual(['2 b.example.net b', '3 c.example.net c']);
    expect(told(next(pod('d'), pod('c'), pod('b')))).toEqual([
      '1 d.example.net d',
      '2 b.example.net b',
      '3 c.example.net c',
    ]);
  });

  test('stays for a pod that is renamed, or comes back under another id', () => {
    const next = backend();
    next(pod('a'), pod('b'));
    expect(told(next(pod('a', 'z.example.net'), pod('b')))).toEqual(['1 a.example.net a', '2 b.example.net b']);
    expect(told(next(pod('a', 'z.example.net'), pod('x', 'b.example.net')))).toEqual([
      '1 a.example.net a',
      '2 b.example.net x',
    ]);
  });

  test('of a pod that has gone is nobody else’s in the next configuration, neither its number nor its name', () => {
    const next = backend();
    next(pod('a'), pod('b'));
    next(pod('a', 'z.example.net'), pod('b'));
    // The new pod has the name by which HAProxy still knows the renamed one.
    expect(told(next(pod('n', 'a.example.net'), pod('b')))).toEqual(['2 b.example.net b', '3 a.example.net-2 n']);
  });

  test('has a name that HAProxy takes, and that no other has', () => {
    const next = backend();
    const [one, two] = next(pod('n/1', 'n/1'), pod('n_1', 'n_1'));
    expect([one!.server, two!.server]).toEqual(['n_1', 'n_1-2']);
  });
});

test('of three pods of one name each has a name of its own', () => {
  const named = ['a', 'b', 'c'].map((id) => pod(id, 'x'));
  expect(told(backend()(...named))).toEqual(['1 x a', '2 x-2 b', '3 x-3 c']);
});

test.each([
  ['number', { slot: 1, server: 'two' }],
  ['name', { slot: 2, server: 'one' }],
])('of two pods that the primer gives one %s only the first keeps its place', (_what, second) => {
  const before = group(pod('a'), pod('b'));
  const places = new Map([
    [
      'sas/front',
      new Map([
        ['a', { slot: 1, server: 'one' }],
        ['b', second],
      ]),
    ],
  ]);
  const next = second.slot === 1 ? 2 : 3;
  expect(told(assignServers([before], [before], places))).toEqual(['1 one a', `${next} b.example.net b`]);
});

test('groups of one backend share its numbers', () => {
  const [sas, vla] = [group(pod('a')), { ...group(pod('a')), cluster: 'vla' }];
  expect(told(assignServers([], [sas, vla], new Map()))).toEqual(['1 a.example.net a', '2 a.example.net-2 a']);
});

test('whatever comes and goes, numbers and names are each one pod’s, and stay with it', () => {
  const lists = fc.array(fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 }), { maxLength: 6 });
  fc.assert(
    fc.property(lists, (life) => {
      const next = backend();
      let last: readonly Placed[] = [];
      for (const ids of life) {
        const now = next(...ids.map((id) => pod(id)));
        expect(new Set(now.map(({ slot }) => slot)).size).toBe(ids.length);
        expect(new Set(now.map(({ server }) => server)).size).toBe(ids.length);
        for (const { pod: was, slot, server } of last) {
          const stayed = now.find((each) => each.pod.id === was.id);
          if (stayed !== undefined) expect(stayed).toMatchObject({ slot, server });
          else expect(now.some((each) => each.slot === slot)).toBe(false);
        }
        last = now;
      }
    }),
    { numRuns: 60 },
  );
});
