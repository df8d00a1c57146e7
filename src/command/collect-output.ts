import type { Socket } from 'node:net';

import type { CommandOutput } from '../../machines/vocabulary.ts';
import { escapeControl } from '../text/escape-output.ts';
import type { Redact } from '../text/redact.ts';
import type { OutputStreams } from './output-pipes.ts';
import { createOutputTail, type OutputTail } from './output-tail.ts';

/**
 * What a command prints, read for as long as this process lives: neither the command nor a daemon that it leaves behind
 * ever waits for a reader, or is ended for want of one.
 */
export interface CollectedOutput {
  add(streams: OutputStreams): void;
  /** Settles when all streams have ended. */
  ended(): Promise<unknown>;
  read(): CommandOutput;
  /** Reads on, but keeps this process alive for it no more. */
  letGo(): void;
}

/** Keeps the end of what is printed, cleaned of secrets by `redact`; `onStdout` is given all of stdout, as it is. */
export function collectOutput(redact: Redact, onStdout?: (chunk: Buffer) => void): CollectedOutput {
  const out = createOutputTail();
  const err = createOutputTail();
  const closings: Promise<unknown>[] = [];
  const streams: Socket[] = [];

  function follow(stream: Socket, tail: OutputTail): void {
    stream.on('data', tail.push).on('error', () => {});
    streams.push(stream);
    closings.push(new Promise((settle) => stream.once('close', settle)));
  }

  /** A secret that begins in what is left out is found as well. */
  function textOf(tail: OutputTail): string {
    const lead = tail.lead().toString('utf8');
    return escapeControl(redact(lead + tail.bytes().toString('utf8'), lead.length));
  }

  return {
    add({ stdout, stderr }) {
      if (onStdout !== undefined) stdout.on('data', onStdout);
      follow(stdout, out);
      follow(stderr, err);
    },
    ended: () => Promise.all(closings),
    read: () => ({
      stdout: textOf(out),
      stderr: textOf(err),
      droppedBytes: out.droppedBytes() + err.droppedBytes(),
    }),
    letGo() {
      for (const stream of streams) stream.unref();
    },
  };
}
