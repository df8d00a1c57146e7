import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Group } from '../../machines/vocabulary.ts';
import { findPrimer, primerText } from '../../src/prime/primer-text.ts';
import { group, pod } from '../support/pods.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A primer with this text, as it is found again. */
function found(text: string) {
  const path = join(tempFolder(), 'primer.json');
  writeFileSync(path, text);
  return findPrimer(path);
}

const placed = (groups: readonly Group[]) =>
  groups.flatMap((each) =>
    each.endpoints.map((one, at) => ({ group: each, pod: one, slot: at + 1, server: `s${at}` })),
  );

describe('a primer', () => {
  test('comes back as it was written, with whatever is known of its pods, and their places', async () => {
    const groups = [
      group([
        pod('a', { ip4: '192.0.2.1', ip6: '2001:db8::1', port: 80 }),
        pod('b', { ip4: null, ip6: '2001:db8::2', port: null }),
        pod('c', { ip4: '192.0.2.3', ip6: null, port: 65_535 }),
      ]),
      group([pod('a')], { cluster: 'vla', endpointSet: 'back' }),
      group([], { cluster: 'vla' }),
    ];
    const text = primerText(groups, placed(groups));
    expect(text).toMatch(/\n {2}"endpoint_sets": \[\n[\s\S]*\}\n$/);
    const primer = await found(text);
    expect(primer).toMatchObject({ text, groups });
    expect(JSON.parse(text).endpoint_sets[0].endpoints[1]).toEqual({
      ...{ id: 'b', fqdn: 'b.example.net', ip6_address: '2001:db8::2', slot: 2, server: 's1' },
    });
    expect(Object.keys(JSON.parse(text).endpoint_sets[0].endpoints[2])).not.toContain('ip6_address');
    expect([...primer.places.keys()]).toEqual(['sas/front', 'vla/back', 'vla/front']);
    expect(Object.fromEntries(primer.places.get('sas/front')!)).toEqual({
      a: { slot: 1, server: 's0' },
      b: { slot: 2, server: 's1' },
      c: { slot: 3, server: 's2' },
    });
  });

  test('that somebody else wrote has no places where it says none, or nonsense', async () => {
    const sets = (...endpoints: readonly object[]) =>
      JSON.stringify({ endpoint_sets: [{ cluster_name: 'sas', endpoint_set_id: 'front', endpoints }] });
    const places = async (...more: readonly object[]) => {
      const pods = more.map((each, at) => ({ id: `p${at}`, fqdn: `p${at}.example.net`, port: 80, ...each }));
      return Object.fromEntries((await found(sets(...pods))).places.get('sas/front') ?? []);
    };
    expect(await places({})).toEqual({});
    expect(await places({ slot: 1, server: 'a b' }, { slot: '1', server: 'a' }, { slot: 2, server: 'ok' })).toEqual({
      p2: { slot: 2, server: 'ok' },
    });
    expect(await places({ slot: 2 ** 31 - 1, server: 'x'.repeat(300) })).toEqual({
      p0: { slot: 2 ** 31 - 1, server: 'x'.repeat(300) },
    });
    expect(await places({ slot: 2 ** 31, server: 'a' }, { slot: 1, server: 'x'.repeat(301) })).toEqual({});
    expect(await places({ slot: 1, server: 'a\n' }, { slot: 1, server: '\na' }, { slot: 1, server: '' })).toEqual({});
  });

  test('without pods, or groups, has no places', async () => {
    const none = await found('{"endpoint_sets":[{"cluster_name":"sas","endpoint_set_id":"front"}]}').catch(() => null);
    expect(none?.places.get('sas/front')?.size ?? 0).toBe(0);
    expect((await found('{"endpoint_sets":[]}')).places.size).toBe(0);
  });

  test('that is not there yet is none', async () => {
    expect(await findPrimer(join(tempFolder(), 'primer.json'))).toEqual({ text: null, groups: [], places: new Map() });
  });

  test.each([
    ['is no JSON', '{'],
    ['is none', '[]'],
  ])('that %s is left alone, with what to do', async (_what, text) => {
    await expect(found(text)).rejects.toMatchObject({
      failure: {
        kind: 'primerUnreadable',
        message: expect.stringMatching(
          /^the primer cannot be used: \/.*primer\.json.* \(correct primer_json_file, or remove the file to begin anew\)$/,
        ),
      },
    });
  });
});
