import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { VERSION } from '../../src/version.ts';
import type { Scene } from './scene.ts';

/** Expects every sub-command to work, each with its exit code and nothing on stderr that does not belong there. */
export function expectEverySubCommandWorks({ run, path }: Scene): void {
  const quiet = { status: 0, stderr: '' };
  const withConfig = ['--config', 'watcher.yaml'];

  expect(run('--version')).toEqual({ ...quiet, stdout: `${VERSION}\n` });
  expect(run('--help')).toMatchObject({ ...quiet, stdout: expect.stringMatching(/--haproxy_timeout/) });
  expect(run('--hlep')).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(/^watcher: .*"--hlep".*\n$/) });

  const config = run('config', ...withConfig);
  expect(config).toMatchObject(quiet);
  expect(config.stdout).toMatch(/^lock_file\s+\S+cluster\.lock\s+\S+watcher\.yaml:1$/m);

  expect(run(...withConfig, '--detailed_exitcode')).toEqual({ status: 10, stdout: '', stderr: '' });
  expect(readFileSync(path('primer.json'), 'utf8')).toBe(readFileSync(path('discovery.json'), 'utf8'));
  expect(run(...withConfig, '--detailed_exitcode')).toEqual({ status: 11, stdout: '', stderr: '' });
  expect(run('-get_stats', ...withConfig)).toMatchObject({
    ...quiet,
    stdout: expect.stringMatching(/"HaproxyRefreshSuccess": 1/),
  });

  const status = run('status', ...withConfig);
  expect(status).toMatchObject({ ...quiet, stdout: expect.stringMatching(/^now +idle: no run is in progress$/m) });
  const check = run('check', ...withConfig);
  expect(check).toMatchObject({ ...quiet, stdout: expect.stringMatching(/^ok +node +.*/m) });

  expect(run('replay', 'runs')).toMatchObject({ ...quiet, stdout: expect.stringMatching(/2 recordings: 2 same/) });
  const svg = run('graph', '--format', 'svg');
  expect(svg).toMatchObject({ ...quiet, stdout: expect.stringMatching(/^<svg [\s\S]*<\/svg>\n$/) });
  const html = run('graph', '--format', 'html');
  expect(html).toMatchObject({
    ...quiet,
    stdout: expect.stringMatching(/^<!doctype html>[\s\S]*<style>[\s\S]*<script>/),
  });
}
