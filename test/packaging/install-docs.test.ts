/** docs/install.md names what there is: scripts of the project, flags and settings of the program, files of the package. */
import { expect, test } from 'vitest';
import { parseCommandLine } from '../../src/cli.ts';
import { neutral } from '../../src/packaging/debian/flavours/neutral.ts';
import { CATALOG } from '../../src/settings/catalog.ts';
import { readPage } from '../docs/marked-part.ts';

const { allKeys } = CATALOG;

const PAGE = readPage('docs/install.md');
const commands = [...PAGE.matchAll(/^```sh\n(.*?)^```/gms)]
  .flatMap(([, block]) => block!.trim().split('\n'))
  .map((line) => line.replace(/ +#.*$/, ''));

test('the scripts are in package.json', () => {
  const { scripts } = JSON.parse(readPage('package.json'));
  const named = [...PAGE.matchAll(/npm run (\w+)/g)].map(([, script]) => script!);
  expect(new Set(named)).toEqual(new Set(['deb', 'binary']));
  for (const script of named) expect(scripts).toHaveProperty(script);
});

test('the command lines are some that the program takes', () => {
  const inText = [...PAGE.matchAll(/`(watcher [^`]*)`/g)].map(([, line]) => line!);
  const lines = [...commands, ...inText].filter((line) => line.startsWith('watcher '));
  expect(lines.length).toBeGreaterThan(4);
  for (const line of lines) expect(() => parseCommandLine(line.split(' ').slice(1)), line).not.toThrow();
});

test('the files are those that the program and the package know', () => {
  const scripts = ['postinst', 'prerm', 'postrm', 'place.sh'].map((name) => `control/${name}`);
  const texts = [...scripts, 'tree/etc/yandex/market-watcher/watcher.tmpl'].map((file) =>
    readPage(`src/packaging/debian/${file}`),
  );
  const ofOthers = neutral.words.map(([, own]) => own);
  const known = [...texts, ...allKeys.map((key) => String(key.default)), ...ofOthers].join('\n');
  const named = new Set([...PAGE.matchAll(/\/(?:etc|var)\/[\w./-]*\w/g)].map(([path]) => path));
  expect(named.size).toBeGreaterThan(5);
  for (const path of named) expect(known, path).toContain(path);
});
