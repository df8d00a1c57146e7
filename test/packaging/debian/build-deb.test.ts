/** The package as a file: the same bytes from the same sources, and in it what belongs into it. Nothing is installed. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { needs } from '../../support/needs.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { builtDeb, versionOf } from './built-deb.ts';
import { checkout, ROOT } from './checkout.ts';

const NAME = 'yandex-market-watcher';
const DOC = `usr/share/doc/${NAME}`;
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

beforeEach(() => needs('dpkg-deb'));

describe('the same sources make the same bytes', () => {
  test('in another folder, at another time, with another umask, locale and time zone', () => {
    const there = checkout({ withProgram: true });
    const other = {
      LC_ALL: 'C.UTF-8',
      TZ: 'Asia/Tokyo',
      GZIP: '-1',
      DPKG_DEB_COMPRESSOR_TYPE: 'gzip',
      DPKG_DEB_COMPRESSOR_LEVEL: '1',
      TAR_OPTIONS: '-v',
    };
    for (const name of readdirSync(there.path('docs'))) {
      utimesSync(there.path(`docs/${name}`), 1_000_000_000, 1_000_000_000);
      if (name.endsWith('.md')) chmodSync(there.path(`docs/${name}`), 0o600);
    }
    const under = ['sh', '-c', 'umask 077 && exec "$@"', 'sh'];
    const first = readFileSync(builtDeb());
    expect(first.equals(readFileSync(there.deb([], { env: other, under })))).toBe(true);
  });

  test('for a user who is not root', () => {
    needs('root');
    const { deb } = checkout();
    const output = tempFolder();
    chmodSync(output, 0o777);
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const theirs = deb(['--output', output], { under: nobody });
    expect(readFileSync(theirs).equals(readFileSync(deb()))).toBe(true);
  });

  test('dated by SOURCE_DATE_EPOCH where that is set, else by the newest day in CHANGELOG.md', () => {
    const { deb, path } = checkout();
    writeFileSync(
      path('CHANGELOG.md'),
      '# Changelog\n\n## 0.2.0 - 2026-03-01\n\n- Two.\n\n## 0.1.0 - 2026-02-01\n\n- One.\n',
    );
    expect(datesOf(deb())).toEqual(['2026-03-01 00:00']);
    expect(datesOf(deb([], { env: { SOURCE_DATE_EPOCH: '1767225600' } }))).toEqual(['2026-01-01 00:00']);
    expect(datesOf(deb([], { env: { SOURCE_DATE_EPOCH: '4102444800' } }))).toEqual(['2100-01-01 00:00']);
  });
});

describe('what is in it', () => {
  test('lintian finds no fault', () => {
    needs('lintian');
    const { status, stdout } = spawnSync('lintian', ['--fail-on', 'error,warning', builtDeb()], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  test('everything is root’s, may be read by all, and is executable only to be run', () => {
    const runnable = listing(builtDeb()).filter(({ mode, owner, path }) => {
      expect(owner, path).toBe('root/root');
      expect(mode, path).toMatch(/^(drwxr-xr-x|lrwxrwxrwx|-rw[x-]r-[x-]r-[x-])$/);
      return mode === '-rwxr-xr-x';
    });
    expect(runnable.map(({ path }) => path)).toEqual([
      `usr/lib/${NAME}/splay`,
      `usr/lib/${NAME}/start.cjs`,
      `usr/lib/${NAME}/watcher.cjs`,
      `${DOC}/examples/check-last-success`,
      `${DOC}/examples/checked-reload`,
    ]);
  });

  test('the program is there in one piece, for Debian’s Node, and draws', () => {
    const tree = unpacked(builtDeb());
    for (const name of ['start.cjs', 'watcher.cjs']) {
      const program = join(tree, `usr/lib/${NAME}/${name}`);
      expect(readFileSync(program, 'utf8').split('\n')[0]).toBe('#!/usr/bin/node');
    }
    const run = (...args: string[]) =>
      execFileSync(process.execPath, [join(tree, 'usr/bin/watcher'), ...args], { cwd: tree, encoding: 'utf8' });
    expect(run('-version')).toBe(`${version}\n`);
    expect(run('graph', '--format', 'html')).toContain('</html>');
  });

  test('the control archive says what it is, and what an admin may edit', () => {
    const deb = builtDeb();
    // What every dpkg of the last ten years can unpack.
    expect(readFileSync(deb).includes('data.tar.xz')).toBe(true);
    const fields = execFileSync('dpkg-deb', ['--field', deb], { encoding: 'utf8' });
    expect(fields).toContain(`Package: ${NAME}\nVersion: ${version}\nArchitecture: all\n`);
    expect(fields).toMatch(/^Depends: nodejs \(>= 20\.19\), /m);
    // Some have it from elsewhere, under another name.
    expect(/^Recommends: (.*)$/m.exec(fields)![1]).not.toContain('haproxy');
    expect(fields).toMatch(/^Suggests: haproxy$/m);
    const size = Number(/^Installed-Size: (\d+)$/m.exec(fields)![1]);
    const bytes = listing(deb).reduce((sum, file) => sum + file.size, 0);
    expect(size).toBeGreaterThan(bytes / 1024);
    expect(size).toBeLessThan(bytes / 1024 + 200);
    const { conffiles } = controlOf(deb);
    const inEtc = listing(deb).filter(({ path, mode }) => path.startsWith('etc/') && mode.startsWith('-'));
    expect(conffiles).toBe(inEtc.map(({ path }) => `/${path}\n`).join(''));
    expect(inEtc.length).toBeGreaterThan(2);
  });

  test('the checksums are those of the files, and of all but those an admin may edit', () => {
    const deb = builtDeb();
    const tree = unpacked(deb);
    const sums = controlOf(deb)['md5sums']!;
    expect(spawnSync('md5sum', ['--check', '--strict', '--quiet'], { cwd: tree, input: sums }).status).toBe(0);
    const others = listing(deb).filter(({ path, mode }) => mode.startsWith('-') && !path.startsWith('etc/'));
    expect(
      sums
        .trim()
        .split('\n')
        .map((line) => line.slice(34)),
    ).toEqual(others.map(({ path }) => path));
  });

  test('a fragment of the maintainer scripts stands where it is included, and is no member', () => {
    const { deb, path } = checkout();
    writeFileSync(path('src/packaging/debian/control/place.sh'), 'place() { echo here; }\n');
    writeFileSync(path('src/packaging/debian/control/config'), '#!/bin/sh\n#include place.sh\nplace\n');
    const members = controlOf(deb());
    expect(members['config']).toBe('#!/bin/sh\nplace() { echo here; }\nplace\n');
    expect(Object.keys(members)).not.toContain('place.sh');
    for (const [name, text] of Object.entries(members)) expect(text, name).not.toMatch(/^#include/m);
  });

  test('all pages are there, and their links lead to what is there', () => {
    const folder = join(unpacked(builtDeb()), DOC);
    for (const name of ['README.md', ...readdirSync(join(ROOT, 'docs'))])
      expect(existsSync(join(folder, name))).toBe(true);
    const links = readdirSync(folder)
      .filter((name) => name.endsWith('.md'))
      .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)])
      .map(([, target]) => target!)
      .filter((target) => !/^[a-z]+:/.test(target));
    expect(links.length).toBeGreaterThan(20);
    expect(links).toContain('examples/check-last-success');
    expect(links.filter((target) => !existsSync(join(folder, target)))).toEqual([]);
  });

  test('the licenses of all npm packages in the program are there', () => {
    const notices = readFileSync(join(unpacked(builtDeb()), DOC, 'THIRD-PARTY.txt'), 'utf8');
    for (const name of ['xstate', 'axios', 'cosmiconfig', '@viz-js/viz']) expect(notices).toContain(`\n${name} `);
  });
});

describe('its version', () => {
  test.each(['-2', '+deb13u1', '~rc1'])('may have the suffix %s, and then the changelog begins with it', (suffix) => {
    const { deb, path } = checkout();
    const output = path('elsewhere/deep');
    const asked = `${version}${suffix}`;
    const built = deb(['--version', asked, '--output', output]);
    expect(built).toBe(join(output, `${NAME}_${asked}_all.deb`));
    expect(readdirSync(output)).toEqual([`${NAME}_${asked}_all.deb`]);
    expect(versionOf(built)).toBe(asked);
    const changelog = execFileSync('gzip', ['-dc', join(unpacked(built), DOC, 'changelog.gz')], { encoding: 'utf8' });
    expect(changelog.split('\n')[0]).toContain(`${NAME} (${asked}) `);
  });

  test('sorts before the release when it is a pre-release', () => {
    const { deb, path } = checkout();
    writeFileSync(path('package.json'), '{ "version": "1.0.0-rc.1" }');
    expect(spawnSync('dpkg', ['--compare-versions', versionOf(deb()), 'lt', '1.0.0']).status).toBe(0);
  });

  test.each(['', 'one', '0.0.9', `${version}1`, `${version}.1`, `${version}-`, `${version}-2/3`, `1:${version}`])(
    'cannot be %j, for the program says another',
    (bad) => {
      const [own, asked] = [version, JSON.stringify(bad)];
      expectLine(
        checkout().build(['--version', bad]),
        `deb: --version: ${asked} is not what the program says, ${own}: expected that with a suffix of Debian's, such as ${own}-2, ${own}+deb13u1 or ${own}~rc1\n`,
      );
    },
  );

  test.each(['', 'one', '1 2', '../1', 'v1'])('cannot be %j in package.json', (bad) => {
    const { build, path } = checkout();
    writeFileSync(path('package.json'), JSON.stringify({ version: bad }));
    expectLine(
      build([]),
      `deb: package.json: ${JSON.stringify(bad)} is no version of a package: expected a digit, then letters, digits and . + ~ -\n`,
    );
  });
});

describe('what is wrong is one line, and no package', () => {
  test('a part of the program that was not built', () => {
    const { build, path } = checkout();
    rmSync(path('dist/graph.cjs'));
    expectLine(build([]), 'deb: dist/graph.cjs is missing: run `npm run build` first\n');
    expect(readdirSync(path('dist')).filter((name) => name.includes('.deb'))).toEqual([]);
  });

  test('no dpkg-deb', () => {
    const { build, path } = checkout();
    mkdirSync(path('bin'));
    const env = { PATH: path('bin') };
    writeFileSync(path('bin/gzip'), '#!/bin/sh\nexec /usr/bin/gzip "$@"\n', { mode: 0o755 });
    expectLine(build([], { env }), 'deb: dpkg-deb is not there: install the Debian package dpkg\n');
  });

  test('a dpkg-deb that fails', () => {
    const { build, path } = checkout();
    writeFileSync(path('src/packaging/debian/control/control'), 'Package: no good\n');
    expectLine(build([]), /^deb: dpkg-deb failed with exit code 2: dpkg-deb: error: [^\n]+\n$/);
  });

  test('a date that is none, or no date at all', () => {
    const { build, path } = checkout();
    const env = { SOURCE_DATE_EPOCH: 'today' };
    expectLine(build([], { env }), 'deb: SOURCE_DATE_EPOCH: "today" is no number of seconds\n');
    writeFileSync(path('CHANGELOG.md'), '# Changelog\n\n## Unreleased\n\n- Something.\n');
    expectLine(build([]), /^deb: CHANGELOG\.md names no day: [^\n]+\n$/);
  });

  test('a fragment that is not there', () => {
    const { build, path } = checkout();
    writeFileSync(path('src/packaging/debian/control/prerm'), '#!/bin/sh\n#include missing.sh\n');
    expectLine(build([]), 'deb: src/packaging/debian/control/prerm includes missing.sh, which is not beside it\n');
  });

  test.each([['--frobnicate'], ['--version'], ['word']])('the argument %s', (argument) => {
    expectLine(checkout().build([argument]), /^deb: [^\n]+: see --help\n$/);
  });
});

function expectLine(
  { status, stdout, stderr }: { status: number | null; stdout: string; stderr: string },
  line: string | RegExp,
) {
  expect(stderr).toEqual(typeof line === 'string' ? line : expect.stringMatching(line));
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
}

interface Listed {
  readonly mode: string;
  readonly owner: string;
  readonly size: number;
  readonly date: string;
  readonly path: string;
}

/** Every file of the package, sorted by path. */
function listing(deb: string): Listed[] {
  const lines = execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
  const files = lines
    .trim()
    .split('\n')
    .map((line): Listed => {
      const [, mode, owner, size, date, path] = /^(\S+) (\S+) +(\d+) (\S+ \S+) \.\/(.*?)(?: -> .*)?$/.exec(line)!;
      return { mode: mode!, owner: owner!, size: Number(size), date: date!, path: path! };
    });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function datesOf(deb: string): string[] {
  return [...new Set(listing(deb).map(({ date }) => date))];
}

function unpacked(deb: string): string {
  const folder = join(tempFolder(), 'tree');
  execFileSync('dpkg-deb', ['--extract', deb, folder]);
  return folder;
}

function controlOf(deb: string): Record<string, string> {
  const folder = join(tempFolder(), 'control');
  execFileSync('dpkg-deb', ['--control', deb, folder]);
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
