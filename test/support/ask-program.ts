import { parseCommandLine } from '../../src/cli.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { codeOfProblem } from '../../src/exit-codes.ts';
import { messageOf } from '../../src/host/file-problem.ts';
import { asOneLine } from '../../src/text/printable.ts';

/** What the program answers to a command line in this folder, asked in this process, which takes a hundredth of the time. */
export async function askProgram(folder: string, words: readonly string[]) {
  const before = process.cwd();
  process.chdir(folder);
  try {
    const { command, asked } = parseCommandLine(words);
    const { text, code, warnings = [] } = await command.start(asked);
    return { code, stdout: text, stderr: complaint(warnings) };
  } catch (error) {
    const problems = error instanceof ConfigError ? error.problems : [messageOf(error)];
    return { code: codeOfProblem(error), stdout: '', stderr: complaint(problems) };
  } finally {
    process.chdir(before);
  }
}

function complaint(lines: readonly string[]): string {
  return lines.map((line) => `watcher: ${asOneLine(line)}\n`).join('');
}
