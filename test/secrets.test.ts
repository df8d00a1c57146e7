import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSecretFiles } from '../src/files/secret-files.ts';
import { keepSecrets, secretsOf } from '../src/secrets.ts';
import { loadSettings } from '../src/settings/load-settings.ts';
import { tempFolder } from './support/temp-folder.ts';

async function bench(
  flags: Readonly<Record<string, string>> = { lock: 'yt', source: 'yp' },
  first: string | null = FIRST,
) {
  const folder = tempFolder();
  const path = join(folder, 'token');
  const write = (text: string) => writeFileSync(path, text, { mode: 0o600 });
  if (first !== null) write(first);
  const { settings } = await loadSettings(
    { ...flags, [FILE_KEYS[flags['lock']!]!]: path, proxy_url: 'http://u:pass%20word@127.0.0.1:1' },
    {},
    folder,
  );
  const files = createSecretFiles({ allowUnsafe: false });
  return { secrets: await keepSecrets(settings, files), files, path, write };
}

const FIRST = 'first-secret-token\n';
const FILE_KEYS: Readonly<Record<string, string>> = {
  yt: 'yt_token_path',
  etcd: 'etcd_password_file',
  kubernetes: 'kubeconfig',
};
const KUBERNETES = { lock: 'kubernetes', lock_name: 'test/watcher', source: 'yp' };
const ETCD = { lock: 'etcd', lock_name: '/watcher/test', etcd_user: 'root', source: 'yp' };

test('what a run may send is in nothing that it writes, in either spelling', async () => {
  const { secrets } = await bench();
  const clean = secrets.redact('first-secret-token, pass word and pass%20word');
  expect(clean).not.toMatch(/first-secret-token|pass word|pass%20word/);
});

test.each([
  [{}, []],
  [{ report_url: 'https://hc.example.net/ping/7letter/8letters' }, ['8letters']],
  [{ report_url: 'https://u:pa%20ss@hc.example.net/ping' }, ['pa%20ss', 'pa ss']],
])('of the address of a ping the long parts are secret, and its password: %j', async (flags, secrets) => {
  const { settings } = await loadSettings({ lock: 'file', source: 'file', ...flags }, {}, tempFolder());
  expect(await secretsOf(settings, createSecretFiles({ allowUnsafe: false }))).toEqual(secrets);
});

test('a secret that its file has come to say is kept as well, and the earlier ones still are', async () => {
  const { secrets, write } = await bench();
  for (const line of ['second-secret-token', 'export YT_TOKEN="third-secret-token"']) {
    write(`${line}\n`);
    secrets.lookAgain();
  }
  const clean = secrets.redact('first-secret-token second-secret-token third-secret-token');
  expect(clean).not.toMatch(/secret-token/);
  secrets.lookAgain();
  expect(secrets.redact('first-secret-token')).not.toContain('first-secret-token');
});

test.each(['read', 'readNow'] as const)(
  'what a file says that was not there at first is kept before it is used (%s), and its changes are',
  async (read) => {
    const { secrets, files, path, write } = await bench({ lock: 'yt', source: 'yp' }, null);
    secrets.lookAgain();
    write('late-secret-token\n');
    await files[read](path);
    expect(secrets.redact('late-secret-token')).toBe('***');
    write('later-hidden-word\n');
    secrets.lookAgain();
    expect(secrets.redact('late-secret-token later-hidden-word')).toBe('*** ***');
  },
);

test.each(['read', 'readNow'] as const)(
  'what was used between two changes of a file is kept, although nobody looked at it (%s)',
  async (read) => {
    const { secrets, files, path, write } = await bench();
    write('used-in-between-1\n');
    files.refused(path);
    if (read === 'readNow') await files.read(path);
    await files[read](path);
    write('quite-another-2\n');
    expect(secrets.redact('used-in-between-1')).toBe('***');
    secrets.lookAgain();
    expect(secrets.redact('first-secret-token used-in-between-1 quite-another-2')).toBe('*** *** ***');
  },
);

test('a file that is only looked at has what it says kept, also where it was not there at first', async () => {
  const { secrets, write } = await bench({ lock: 'yt', source: 'yp' }, null);
  write('late-secret-token\n');
  secrets.lookAgain();
  expect(secrets.redact('late-secret-token')).toBe('***');
});

test.each([
  'correct horse battery staple',
  'Tr0ub4dor=and&3',
  "it's-mine",
  'hunter22 abc',
  'abc',
  'a = b',
  '"in quotes"',
  "x'y",
  'ends with =',
  'colon: and more',
  '-----NONE OF PEM',
  ' pass word ',
])('a new password is kept whole: %s', async (password) => {
  const { secrets, files, path, write } = await bench(ETCD, 'the old one\n');
  write(`${password}\r\n`);
  files.refused(path);
  await files.read(path);
  expect(secrets.redact(`<${password}>`)).toMatch(/^< ?\*\*\* ?>$/);
});

test('of new keys and certificates only the keys are kept, and nothing of what stands around them', async () => {
  const { secrets, write } = await bench(ETCD, 'the old one\n');
  const block = (kind: string, text: string) => `-----BEGIN ${kind}-----\n${text}\n-----END ${kind}-----\n`;
  const about = 'Subject: CN=mslb-1.sas.example.net\n  Validity of the Certificate\n';
  write(about + block('CERTIFICATE', 'MIIBpublicPUBLIC') + block('EC PRIVATE KEY', 'MIGHAgEAMBMGByqG'));
  secrets.lookAgain();
  expect(secrets.redact('<MIGHAgEAMBMGByqG>')).toBe('<***>');
  const known = 'added front-1.sas.example.net; Validity of the Certificate, PRIVATE KEY, MIIBpublicPUBLIC';
  expect(secrets.redact(known)).toBe(known);
});

test.each([
  ['one long word', `${'a'.repeat(200_000)}\ntoken: new-token-1\n`],
  ['one name in a row', `${'key-'.repeat(50_000)}\ntoken: new-token-1\n`],
  ['one name after the other', `${'key=key.key="'.repeat(20_000)}\ntoken: new-token-1\n`],
  ['a name far from what it names', `a: b\n${'key '.repeat(50_000)}token${' '.repeat(200_000)}: new-token-1\n`],
  ['lines and lines without a value', `a: b\ntoken: new-token-1\npassword:${' \n'.repeat(500_000)}`],
  ['names and names in quotes', `${'key: "\n'.repeat(140_000)}token: new-token-1\n`],
  ['one name for the other', `token: new-token-1\n${'key:\n key'.repeat(100_000)}`],
  ['one password of many colons', `token: new-token-1\nkey: ${':'.repeat(1_000_000)}`],
  ['names without a value', `token: new-token-1\n${'key=:,'.repeat(170_000)}`],
  ['one host after the other', `token: new-token-1\n${'key://key:key@'.repeat(70_000)}`],
  ['a line of spaces', `# ${' '.repeat(500_000)}\n${'\t'.repeat(400_000)}\ntoken: new-token-1\n`],
  ['spaces before a name', `a: b\n${' '.repeat(900_000)}export key:x\ntoken: new-token-1\n`],
])('a file with %s is looked through at once', async (_, text) => {
  const { secrets, write } = await bench(KUBERNETES, 'the old one\n');
  write(text);
  const began = performance.now();
  secrets.lookAgain();
  expect(secrets.redact('<new-token-1>')).toBe('<***>');
  expect(performance.now() - began).toBeLessThan(5_000);
});

test.each([
  ['YAML', 'users:\n- name: mslb\n  user:\n    token: new-token-1\n    client-key-data: "a2V5LWRhdGE="\n'],
  ['JSON', '{"users":[{"name":"mslb","user":{"token":"new-token-1","client-key-data":"a2V5LWRhdGE="}}]}'],
  [
    'a name of its own',
    `a: b\nx-key.${'of-a-tenant_'.repeat(9)}: a2V5LWRhdGE=\n${'x'.repeat(99)}-token: new-token-1\n`,
  ],
  ['YAML, where one name contains others', 'my-secrets:\n  token: new-token-1\n  "a-key": a2V5LWRhdGE=\n'],
  ['YAML in quotes', "my-secrets:\n  \"token\": new-token-1\nall-keys:\n  'key': 'a2V5LWRhdGE='\n"],
  ['a shell', "# market\nexport YT_TOKEN='new-token-1'\nOTHER_KEY=a2V5LWRhdGE=\n"],
])('of a new configuration in %s only what it calls secret is kept', async (_, text) => {
  const { secrets, write } = await bench(ETCD, 'the old one\n');
  write(text);
  secrets.lookAgain();
  expect(secrets.redact('<new-token-1> <a2V5LWRhdGE=>')).toBe('<***> <***>');
  expect(secrets.redact('mslb market users')).toBe('mslb market users');
});

test.each([
  'https://keycloak.prod.example.net:6443',
  'https://monkey.k8s.net:6443/realms/example',
  '"https://secrets.example.net:6443"',
  'https://keycloak:6443',
  'https://user-1@keycloak.prod.example.net:6443',
  'keycloak.prod.example.net:6443',
  '[monkey.k8s.net:6443, tokens.k8s.net:6443]',
  'secret://keycloak.prod.example.net',
])('the host and the port of %s are no name and no value', async (server) => {
  const { secrets, write } = await bench(ETCD, 'the old one\n');
  write(`clusters:\n- cluster:\n    server: ${server}\n  name: market\ntoken: new-token-1\n`);
  secrets.lookAgain();
  const line = 'run 1a6443ff90 on keycloak.prod.example.net, monkey.k8s.net:6443 took 16443 ms; realms market';
  expect(secrets.redact(line)).toBe(line);
  expect(secrets.redact('new-token-1')).toBe('***');
});

test.each([
  ['password = p4ss : word', 'p4ss'],
  ['token: abcd: efgh', 'abcd'],
  ['password: "ab cd" : x', 'ab cd'],
  ["'password' : 'ab cd' : x", 'ab cd'],
  ['token:\n    new-token-1', 'new-token-1'],
  ['token:new-token-1', 'new-token-1'],
  ['token:1234567:new-token-1', '1234567:new-token-1'],
  ['password: 654321', '654321'],
  ['example.net/my-token: new-token-1', 'new-token-1'],
  ['server: https://admin:new%20pass@keycloak.example.net:6443', 'new pass'],
  ['server: https://admin:100%pass@keycloak.example.net:6443', '100%pass'],
  ['key_url: https://hooks.example.net/T000/B000?x=1', '/T000/B000?x=1'],
])('of a configuration that says %j a value is kept', async (line, value) => {
  const { secrets, write } = await bench(ETCD, 'the old one\n');
  write(`a: b\n${line}\nmarket: c\n`);
  secrets.lookAgain();
  expect(secrets.redact(`<${value}>`)).toBe('<***>');
  const known = 'market on example.net, hooks.example.net:6443';
  expect(secrets.redact(known)).toBe(known);
});

test.each([
  'key_size: 2048',
  'use_token: true',
  'token: null',
  'API_TOKEN=\nmarket=c',
  'all-keys:\n  market: c',
  'all-keys:\n  "market": c',
  'token_endpoint: https://keycloak.example.net',
])('%j has nothing to be kept', async (text) => {
  const { secrets, write } = await bench(ETCD, 'the old one\n');
  write(`a: b\n${text}\n`);
  secrets.lookAgain();
  const known = 'true, null, market=c on keycloak.example.net took 12048 ms';
  expect(secrets.redact(known)).toBe(known);
});

test('no host and no port of any address is taken for a secret, and its password is', async () => {
  const word = fc.stringMatching(/^[a-z]{0,4}(?:key|token|secret|password)[a-z-]{0,4}$/);
  const port = fc.integer({ min: 1_000, max: 65_535 }).map(String);
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { minLength: 1, maxLength: 4 }),
      port,
      fc.boolean(),
      async (words, port, isAsUser) => {
        const { secrets, write } = await bench(ETCD, 'the old one\n');
        const host = `${words.join('.')}:${port}`;
        write(`a: b\nserver: https://${isAsUser ? `${words[0]}:Hidden-1@` : ''}${host}/path\n`);
        secrets.lookAgain();
        expect(secrets.redact(`${host} 1a${port}ff`)).toBe(`${host} 1a${port}ff`);
        expect(secrets.redact('Hidden-1')).toBe(isAsUser ? '***' : 'Hidden-1');
      },
    ),
    { numRuns: 50 },
  );
});
