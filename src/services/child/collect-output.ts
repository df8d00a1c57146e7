import type { ChildProcess } from 'node:child_process';

import type { CommandOutput } from '../../../machines/vocabulary.ts';
import { escapeControl } from './escape-output.ts';
import { createOutputTail } from './output-tail.ts';

/** What a child process prints, read all the time so that it never waits for a reader. */
export interface CollectedOutput {
  /** Settles when both streams have ended. */
  readonly ended: Promise<unknown>;
  read(): CommandOutput;
}

/** Reads both streams of a child process and keeps the end of each. */
export function collectOutput({ stdout, stderr }: ChildProcess): CollectedOutput {
  const out = createOutputTail();
  const err = createOutputTail();
  stdout?.on('data', out.push).on('error', () => {});
  stderr?.on('data', err.push).on('error', () => {});
  const closings = [stdout, stderr].map((stream) => new Promise((settle) => stream?.once('close', settle)));
  return {
    ended: Promise.all(closings),
    read: () => ({
      stdout: escapeControl(out.bytes().toString('utf8')),
      stderr: escapeControl(err.bytes().toString('utf8')),
      droppedBytes: out.droppedBytes() + err.droppedBytes(),
    }),
  };
}
