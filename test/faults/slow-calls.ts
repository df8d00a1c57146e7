import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { afterwards } from '../support/current-test.ts';
import { until } from '../support/until.ts';

export interface Injection {
  /** Names of system calls, with commas. */
  readonly call: string;
  /** What happens to them, in the words of strace. */
  readonly fault: string;
  /** Only calls on this path count. */
  readonly path?: string;
  /** Which of them, in the words of strace: `2`, or `3+`. */
  readonly when?: string;
}

/** One thread for files: strace counts the calls of each thread for itself. */
export const ONE_THREAD = { UV_THREADPOOL_SIZE: '1' };

/** Words that run a program with faults in its system calls; it stays the process that was started, and gets all signals. */
export function injecting({ call, fault, path, when = '1+' }: Injection): readonly string[] {
  const only = path === undefined ? [] : ['-P', path];
  // With a filter the kernel stops at these calls only, which is sooner over. It lets none of them through once the
  // tracer is dead, as a call that is held up needs; and strace then kills at the first of them only.
  const filter = fault.startsWith('error=') ? ['--seccomp-bpf'] : [];
  return [
    'strace',
    '-D',
    '-f',
    '-qq',
    ...filter,
    '-o',
    '/dev/null',
    ...only,
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:${fault}:when=${when}`,
  ];
}

/**
 * Resolves when some thread of the process is held up in a system call: the same one whenever one looks. Answers how to
 * let the call go on, which also ends the tracer of a process that died.
 */
export async function heldUp(pid: number): Promise<() => void> {
  await until(`process ${pid} is held up`, async () => {
    const first = stoppedThreads(pid);
    for (let look = 0; look < 6; look += 1) {
      await pause(20);
      const now = stoppedThreads(pid);
      for (const thread of first) if (!now.includes(thread)) first.splice(first.indexOf(thread), 1);
    }
    return first.length > 0;
  });
  const tracer = /^TracerPid:\s+(\d+)$/m.exec(read(`/proc/${pid}/status`))![1]!;
  const letGo = () => {
    // Any other signal makes it take the process with it. It may have ended by itself, as a tracer does.
    if (read(`/proc/${tracer}/comm`) === 'strace\n') process.kill(Number(tracer), 'SIGKILL');
  };
  afterwards(letGo);
  return letGo;
}

function stoppedThreads(pid: number): string[] {
  return entries(`/proc/${pid}/task`)
    .filter((tid) => /\) t /.test(read(`/proc/${pid}/task/${tid}/stat`)))
    .map((tid) => `${tid} ${read(`/proc/${pid}/task/${tid}/syscall`)}`);
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** What the program itself printed: strace, which shares its stderr, may have said a word about a traced process that died. */
export function withoutTracer(stderr: string): string {
  return stderr.replace(/^strace: .*\n/gm, '');
}
