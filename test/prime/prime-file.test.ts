import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/config-error.ts';
import { FileProblem } from '../../src/host/file-problem.ts';
import { readPrimeFile, unreadable } from '../../src/prime/prime-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

const GROUP = '  - {cluster_name: sas, endpoint_set_id: front}\n';

function written(text: string): string {
  const path = join(tempFolder(), 'prime.yaml');
  writeFileSync(path, text);
  return path;
}

test('what it leaves out has a sensible value, and its template stands beside it', async () => {
  const path = written(`template: own.liquid\ngroups:\n${GROUP}`);
  const { prime, warnings, placeOf } = await readPrimeFile(path, false);
  expect(prime).toMatchObject({
    haproxy_config: '/etc/haproxy/haproxy.cfg',
    check: ['haproxy', '-c', '-f', '{file}'],
    template: join(path, '..', 'own.liquid'),
    groups: [{ cluster_name: 'sas', endpoint_set_id: 'front', check: true, backup: false, tls: false, values: {} }],
  });
  expect(warnings).toEqual([]);
  expect(placeOf(['groups', 0, 'cluster_name'])).toBe(`${path}:3: groups[0].cluster_name`);
});

test.each([
  ['', ': says nothing: name the groups'],
  ['- a\n', ':1: must be a map of keys and values'],
  ['a: 1\na: 2\n', ':2: not valid YAML: Map keys must be unique'],
  ['# prime\nvalues: {}\n', ':1: groups: is missing'],
  ['groups:\n', ':1: groups: expected a list of groups, got null'],
  ['grups: []\n', ':1: groups: is missing'],
  [`groups:\n${GROUP}grups: []\n`, ':3: grups: unknown key; did you mean groups?'],
  [`groups:\n${GROUP}a b: 1\n`, ':3: "a b": unknown key'],
  [`values: ${bomb()}\ngroups:\n${GROUP}`, ': Excessive alias count indicates a resource exhaustion attack'],
  ['groups: []\n', ':1: groups: expected at least one group, got a list'],
  [`groups:\n${GROUP}templat: x\n`, ':3: templat: unknown key; did you mean template?'],
  [`groups:\n${GROUP}    prot: 80\n`, ':3: not valid YAML'],
  [
    'groups:\n  - cluster_name: sas\n    endpoint_set_id: a\n    prot: 80\n',
    ':4: groups[0].prot: unknown key; did you mean port?',
  ],
  [
    'groups:\n  - cluster_name: sas\n    endpoint_set_id: a\n    port:\n      0\n',
    ':4: groups[0].port: expected a whole number from 1 to 65535, got 0',
  ],
  ['groups:\n  - endpoint_set_id: a\n', ':2: groups[0].cluster_name: is missing'],
  [
    'groups:\n  - cluster_name: sas\n    endpoint_set_id: a\n    port: 0\n',
    ':4: groups[0].port: expected a whole number from 1 to 65535, got 0',
  ],
  [
    'groups:\n  - cluster_name: sas\n    endpoint_set_id: a\n    bind: "a\\nb"\n',
    ':4: groups[0].bind: expected a line of text',
  ],
  [
    'groups:\n  - cluster_name: sas\n    endpoint_set_id: a\n    backend: a b\n',
    ':4: groups[0].backend: expected a name of letters',
  ],
  [
    'groups:\n  - cluster_name: sas\n    endpoint_set_id: a\n    tls: {verfy: none}\n',
    ':4: groups[0].tls.verfy: unknown key; did you mean verify?',
  ],
  [`haproxy_config: cfg\ngroups:\n${GROUP}`, ':1: haproxy_config: expected the whole path of a file, got "cfg"'],
  [
    'groups:\n  - cluster_name: sas\n    endpoint_set_id: a\n    tls: {cert_fil: /a}\n',
    ':4: groups[0].tls.cert_fil: unknown key; did you mean cert_file?',
  ],
  [`groups:\n${GROUP}check: haproxy -c\n`, ':3: check: must name {file}, which stands for the file to check'],
  [`groups:\n${GROUP}${GROUP}`, ':3: groups[1]: is the same group as groups[0]; remove one'],
])('%j is refused, with the place and what was expected', async (text, message) => {
  const path = written(text);
  await expect(readPrimeFile(path, false)).rejects.toThrow(`${path}${message}`);
});

/** A map that would be large beyond all memory. */
function bomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_, at) => `l${at + 1}: &l${at + 1} [${Array(9).fill(`*l${at}`).join(', ')}]`,
  );
  return `{l0: &l0 [x], ${levels.join(', ')}}`;
}

test.each([
  [
    'gone/prime.yaml',
    ': no such file or folder: write it (docs/prime.md has one to begin with), or correct prime_file',
  ],
  ['.', ': is a folder, not a file: write it (docs/prime.md has one to begin with), or correct prime_file'],
])('one that cannot be read is a mistake: %s', async (name, message) => {
  const path = join(tempFolder(), name);
  const refused = readPrimeFile(path, false);
  await expect(refused).rejects.toThrow(new ConfigError([`${path}${message}`]));
  await expect(refused).rejects.toBeInstanceOf(ConfigError);
});

test('what is wrong with a file is a mistake with advice, but for who may write it, which says its own; a bug is none', () => {
  const bug = new TypeError('x');
  expect(unreadable(bug, 'mend it')).toBe(bug);
  expect(unreadable(new FileProblem('/a', 'is gone'), 'mend it', 'template: ')).toEqual(
    new ConfigError(['template: /a: is gone: mend it']),
  );
});

test('one that others may change is refused', async () => {
  const path = written(`groups:\n${GROUP}`);
  chmodSync(path, 0o666);
  await expect(readPrimeFile(path, false)).rejects.toThrow(
    new ConfigError([`${path}: cannot be used: ${path} may be written by every user: run chmod o-w ${path}`]),
  );
  expect((await readPrimeFile(path, true)).warnings).toHaveLength(1);
});
