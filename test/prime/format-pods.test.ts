import { expect, test } from 'vitest';
import type { Diff, GroupDiff } from '../../machines/vocabulary.ts';
import { countPods, formatPods } from '../../src/prime/format-pods.ts';
import { named, pod } from '../support/pods.ts';

const same: GroupDiff = {
  ...{ cluster: 'sas', endpointSet: 'same', verdict: 'ok', detail: null, podsBefore: 3 },
  ...{ added: [], renamed: [], moved: [], removed: [] },
};

const changed: GroupDiff = {
  ...{ ...same, endpointSet: 'front', added: named('a', 'b'), removed: named('c') },
  renamed: [{ id: 'd', from: 'd', to: 'e' }],
  moved: [
    { name: 'f', port: 81, to: pod('f', { ip4: '192.0.2.1', port: 82 }) },
    { name: 'g', port: null, to: pod('g', { ip6: null, ip4: '192.0.2.2', port: null }) },
  ],
};

const diffOf = (...groups: readonly GroupDiff[]): Diff => ({ groupsCompared: groups.length, groups });

test('each pod that changes has a line below its group; a group that stays has none', () => {
  const diff = diffOf(same, changed);
  expect(formatPods(diff)).toBe(
    [
      'sas/front:',
      '  + a',
      '  + b',
      '  ~ d is now named e',
      '  ~ f:81 is now at 192.0.2.1 2001:db8::1 82',
      '  ~ g is now at 192.0.2.2',
      '  - c',
      '',
    ].join('\n'),
  );
  expect(countPods(diff)).toBe('2 pods added, 1 renamed, 2 moved, 1 removed in sas/front');
});

test('that no pod changes is said', () => {
  const diff = diffOf(same);
  expect([formatPods(diff), countPods(diff)]).toEqual(['no pod changes\n', 'no pod changed']);
});
