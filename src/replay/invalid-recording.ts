/** Why a file is no recording that can be trusted; `line` is counted from 1, and null when no line is at fault. */
export class InvalidRecording extends Error {
  readonly line: number | null;

  constructor(line: number | null, message: string) {
    super(message);
    this.name = 'InvalidRecording';
    this.line = line;
  }
}
