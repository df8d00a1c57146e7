import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { FOLDER_OF_RUN } from './made-once.ts';

/** Vitest calls it before the first test of a run, for each project, and what it answers after the last one. */
export default function setUp(project: TestProject): () => void {
  process.env[FOLDER_OF_RUN] ??= mkdtempSync(join(tmpdir(), 'watcher-tests-'));
  const folder = process.env[FOLDER_OF_RUN];
  // Some of what lies in it is run by other users.
  chmodSync(folder, 0o755);
  // Whoever watches has changed something.
  project.onTestsRerun(() => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
  });
  return () => rmSync(folder, { recursive: true, force: true });
}
