import { execFileSync } from 'node:child_process';
import { BuildProblem } from './build-problem.ts';

export type Tool = 'dpkg-deb' | 'gzip';

/** Which Debian package has them. */
const PACKAGES: Readonly<Record<Tool, string>> = { 'dpkg-deb': 'dpkg', gzip: 'gzip' };

interface ToolOptions {
  readonly input?: Buffer;
  /** The date of the package, in Unix seconds. */
  readonly date?: number;
}

/**
 * Runs a program of the system and answers its stdout. It gets no variable of ours but PATH: both read options, locale
 * and time zone from the environment, and the package must not depend on whose that is. Throws `BuildProblem`.
 */
export function runTool(tool: Tool, args: readonly string[], { input, date }: ToolOptions = {}): Buffer {
  const env = {
    PATH: process.env['PATH'] || '/usr/bin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(date !== undefined && { SOURCE_DATE_EPOCH: String(date) }),
  };
  try {
    return execFileSync(tool, args, { env, input: input ?? '', stdio: 'pipe', maxBuffer: 2 ** 26 });
  } catch (error) {
    const { code, status, stderr, message } = error as NodeJS.ErrnoException & { status?: number; stderr?: Buffer };
    if (code === 'ENOENT') throw new BuildProblem(`${tool} is not there: install the Debian package ${PACKAGES[tool]}`);
    const [said = message] = String(stderr ?? '')
      .split('\n')
      .filter(Boolean);
    throw new BuildProblem(`${tool} failed with exit code ${status}: ${said}`);
  }
}

/**
 * Compressed as Debian wants it. By gzip, because what Node's zlib makes of the same bytes depends on its version and
 * on the processor.
 */
export function gzip(text: string): Buffer {
  return runTool('gzip', ['-9n'], { input: Buffer.from(text) });
}
