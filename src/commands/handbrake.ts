import { unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../config/config-error.ts';
import { didYouMean } from '../config/did-you-mean.ts';
import { parseDuration } from '../config/duration.ts';
import type { Flags } from '../config/sources.ts';
import { makeFolder } from '../files/make-folder.ts';
import { replaceFile } from '../files/replace-file.ts';
import { errorCode, fileProblem } from '../host/file-problem.ts';
import { readHandbrakeFile } from '../node-files/handbrake-file.ts';
import { handbrakeFileOf } from '../settings/default-handbrake.ts';
import type { Settings } from '../settings/settings.ts';
import { asPhrase } from '../text/printable.ts';
import { quoted } from '../text/quoted.ts';
import { ANSWER_CODES } from './answer-codes.ts';
import type { Answer } from './command.ts';
import { type Operator, operate } from './operate.ts';
import { operatorName } from './operator-name.ts';

const { handbrake: STATUS, 'handbrake pull': PULL, 'handbrake release': RELEASE } = ANSWER_CODES;

export interface HandbrakeRequest {
  /** `status`, which is also meant where nothing is said, `pull` or `release`. */
  readonly word: string | undefined;
  readonly reason: string | undefined;
  /** How long it is to stay pulled: a duration. */
  readonly duration: string | undefined;
  readonly yes: boolean;
}

type Act = (operator: Operator, file: string, request: HandbrakeRequest) => Promise<Answer>;

const ACTS: ReadonlyMap<string, Act> = new Map<string, Act>([
  ['status', status],
  ['pull', pull],
  ['release', release],
]);

/** `watcher handbrake`: looks at the file that keeps this node from refreshing, makes it, or removes it. */
export function handbrakeCommand(flags: Flags, request: HandbrakeRequest): Promise<Answer> {
  const { word = 'status', reason, duration } = request;
  const act = ACTS.get(word);
  if (act === undefined)
    throw new ConfigError([
      `watcher handbrake takes status, pull or release, not ${quoted(word)}${didYouMean(word, [...ACTS.keys()])}`,
    ]);
  if (word !== 'pull' && (reason !== undefined || duration !== undefined))
    throw new ConfigError(['--reason and --for are for watcher handbrake pull']);
  return operate(flags, (operator) => act(operator, fileOf(operator.settings), request));
}

async function status(_: Operator, file: string): Promise<Answer> {
  const found = await readHandbrakeFile(file);
  if (found === null) return { text: 'handbrake  released\n', code: STATUS.released.code };
  if (found.isOver)
    return { text: `handbrake  released: its time is over (${found.words})\n`, code: STATUS.released.code };
  return { text: `handbrake  pulled: ${found.words}\n`, code: STATUS.pulled.code };
}

async function pull({ log, mayTake }: Operator, file: string, request: HandbrakeRequest): Promise<Answer> {
  const { reason, duration, yes } = request;
  const forMs = duration === undefined ? null : untilIn(duration);
  const before = await readHandbrakeFile(file);
  if (before !== null && !before.isOver && !(await mayTake(`what the handbrake says: ${before.words}`, yes)))
    return { text: 'handbrake  left as it is\n', code: PULL.left.code };
  const lines = [
    `pulled by ${operatorName()} at ${new Date().toISOString()}`,
    ...(reason === undefined ? [] : [`reason=${asPhrase(reason)}`]),
    ...(forMs === null ? [] : [`until=${Math.ceil((Date.now() + forMs) / 1000)}`]),
  ];
  try {
    makeFolder(dirname(file), 0o755);
  } catch (error) {
    throw fileProblem(dirname(file), 'cannot be made', error);
  }
  await replaceFile(file, `${lines.join('\n')}\n`, 0o644);
  const { words } = (await readHandbrakeFile(file))!;
  log(`the handbrake was pulled: ${words}`);
  return { text: `handbrake  pulled: ${words}\n`, code: PULL.done.code };
}

async function release({ log, mayTake }: Operator, file: string, { yes }: HandbrakeRequest): Promise<Answer> {
  const found = await readHandbrakeFile(file);
  if (found === null) return { text: 'handbrake  released: there is nothing to release\n', code: RELEASE.done.code };
  if (!(await mayTake(`the handbrake: ${found.words}`, yes)))
    return { text: 'handbrake  left as it is\n', code: RELEASE.left.code };
  try {
    unlinkSync(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw fileProblem(file, 'cannot be removed', error);
  }
  log(`the handbrake was released by ${operatorName()}: ${found.words}`);
  return { text: `handbrake  released (it was ${found.words})\n`, code: RELEASE.done.code };
}

function fileOf({ handbrakeCommand: command }: Settings): string {
  const file = handbrakeFileOf(command);
  if (file !== null) return file;
  throw new ConfigError(['handbrake_command is a command of its own: this is for the file that the default looks for']);
}

function untilIn(duration: string): number {
  const ms = parseDuration(duration);
  if (ms > 0) return ms;
  throw new ConfigError(['--for: expected a duration above zero, such as 2h or 30m']);
}
