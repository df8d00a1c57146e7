import { Problem } from '../problem.ts';

/** Why a file is no recording that can be trusted; `line` is counted from 1, and null when no line is at fault. */
export class InvalidRecording extends Problem<'invalidRecording'> {
  readonly line: number | null;

  constructor(line: number | null, message: string) {
    super({ kind: 'invalidRecording', what: message });
    this.line = line;
  }
}
