import { AsyncLocalStorage } from 'node:async_hooks';
import { stat } from 'node:fs/promises';
import { FileProblem } from '../host/file-problem.ts';
import { inTime } from '../in-time.ts';

/** For how long a command that looks waits for one file: a disk that is only busy takes less. */
export const PATIENCE_MS = 5_000;

interface Limits {
  /** So long each file has for its answer. */
  readonly ms: number;
  /**
   * Whether files are asked one after the other, and no more after one that does not answer: each of these keeps one of the
   * few threads of this process, and without a thread nothing can be read or written any more.
   */
  readonly oneByOne?: boolean;
}

interface Patience extends Limits {
  readonly silent: Map<string, FileProblem>;
}

const patience = new AsyncLocalStorage<Patience>();

/** How many have not come to the end of what they look at. */
let lookers = 0;

/**
 * What looks at files within `act` waits for each of them so long at most; who looks again within does not wait again for
 * what has still not answered. `act` is given what tells a problem for each of these files.
 */
export async function withPatience<Answer>(
  limits: Limits,
  act: (silent: () => readonly FileProblem[]) => Promise<Answer>,
): Promise<Answer> {
  const limit = patience.getStore() ?? { ...limits, silent: new Map<string, FileProblem>() };
  lookers += 1;
  try {
    return await patience.run(limit, () => act(() => [...limit.silent.values()]));
  } finally {
    lookers -= 1;
    // Up to Node 22 each promise of the process takes longer for as long as this is in use.
    if (lookers === 0) patience.disable();
  }
}

/** Asks a file, for no longer than the patience that there is: none is no limit. Rejects with a `FileProblem` where it ends. */
export async function asking<Answer>(path: string, ask: () => Promise<Answer>): Promise<Answer> {
  const limit = patience.getStore();
  if (limit === undefined) return ask();
  const known = limit.silent.get(path);
  if (known !== undefined) throw known;
  const asked = ask();
  const answer = await inTime(limit.ms, asked, LATE);
  if (answer !== LATE) return answer;
  const problem = silence(path, limit.ms);
  limit.silent.set(path, problem);
  const forget = () => limit.silent.delete(path);
  asked.then(forget, forget);
  throw problem;
}

/** The paths that answer at all. What comes next may look at them without a pause: on a disk that hangs, that would never end. */
export async function answeringAmong(paths: readonly string[]): Promise<readonly string[]> {
  if (patience.getStore() === undefined) return paths;
  const asked = paths.map(async (path) => ((await doesAnswer(path)) ? [path] : []));
  return (await Promise.all(asked)).flat();
}

/** Rejects with a `FileProblem` where one of them does not answer, once all have been asked that are asked at once. */
export async function mustAllAnswer(paths: readonly string[]): Promise<void> {
  if (patience.getStore()?.oneByOne) {
    for (const path of paths) await mustAnswer(path);
    return;
  }
  const answering = await answeringAmong(paths);
  const silent = paths.find((path) => !answering.includes(path));
  if (silent !== undefined) await mustAnswer(silent);
}

/** The same for one path, and what it leads to by links. Rejects with a `FileProblem` where it does not answer. */
export async function mustAnswer(path: string): Promise<void> {
  await asking(path, () => stat(path).catch(() => null));
}

function doesAnswer(path: string): Promise<boolean> {
  return mustAnswer(path).then(
    () => true,
    () => false,
  );
}

const LATE = Symbol('late');

const SILENCE = 'ETIMEDOUT';

/** With a code, as the system's own refusals have one: the file may be good. */
export function silence(path: string, ms: number): FileProblem {
  const cure = 'its disk or its server hangs: see dmesg, and df for that path';
  return new FileProblem(path, `has not answered for ${ms / 1000} s`, { code: SILENCE, cure });
}

/** Whether a file did not answer: nothing is known of what is in it. */
export function isSilence(error: unknown): error is FileProblem & { readonly code: typeof SILENCE } {
  return error instanceof FileProblem && error.code === SILENCE;
}
