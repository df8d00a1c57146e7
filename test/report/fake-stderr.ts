import { EventEmitter } from 'node:events';

/** A standard error that keeps what was written to it, and knows what a terminal of its width would show. */
export class FakeStderr extends EventEmitter {
  readonly isTTY: boolean;
  readonly columns: number;
  written = '';

  constructor({ isTTY = false, columns = 80 } = {}) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(text: string): boolean {
    this.written += text;
    return true;
  }

  get lines(): string[] {
    return this.written.split('\n').slice(0, -1);
  }

  /** Every live line that was drawn, in order. */
  get drawn(): string[] {
    return this.written
      .split('\n')
      .flatMap((line) => line.split('\r\u001b[K').slice(1))
      .filter((line) => line !== '');
  }

  /** What stands there in the end: what was erased is gone. */
  get shown(): string[] {
    return this.lines.map((line) => line.split('\r\u001b[K').at(-1)!);
  }
}
