import type { CommandOutput } from '../../machines/vocabulary.ts';

/** The lines of a text that a command printed, without those that show nothing. */
export function printedLines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}

/** Did a command print anything that a reader of the log would find there? */
export function hasPrinted({ stdout, stderr }: CommandOutput): boolean {
  return printedLines(`${stdout}\n${stderr}`).length > 0;
}
