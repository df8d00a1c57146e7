import { setTimeout } from 'node:timers/promises';
import { sayLooked, sayLooking } from '../apart.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Flags } from '../config/sources.ts';
import { PATIENCE_MS, withPatience } from '../files/patience.ts';
import { createSecretFiles } from '../files/secret-files.ts';
import { FileProblem } from '../host/file-problem.ts';
import { workingFolder } from '../host/working-folder.ts';
import { keepSecrets } from '../secrets.ts';
import { findSettings } from '../settings/find-settings.ts';
import { loadSettings } from '../settings/load-settings.ts';
import { longestRunOf } from '../settings/longest-run.ts';
import { askCluster } from '../status/ask-cluster.ts';
import type { ClusterStatus } from '../status/cluster-status.ts';
import { formatStatus } from '../status/format-status.ts';
import { lookAtNode } from '../status/look-at-node.ts';
import { isBusy } from '../status/node-status.ts';
import { statusData } from '../status/status-data.ts';
import type { UnknownStatusData } from '../status/status-schema.ts';
import { asOneLine, printableJson } from '../text/printable.ts';
import type { Redact } from '../text/redact.ts';
import { ANSWER_CODES } from './answer-codes.ts';
import type { Answer } from './command.ts';
import { pageOf } from './page-of.ts';

const { idle: IDLE, busy: BUSY, unknown: UNKNOWN } = ANSWER_CODES.status;

const WATCH_PERIOD_MS = 2_000;
const CLEAR = '\u001b[H\u001b[J';

const CANNOT_DETERMINE = 'cannot determine whether a run is in progress';

export interface StatusRequest {
  readonly json: boolean;
  /** Shows the nodes on the board as well. */
  readonly cluster?: boolean;
}

const FIELDS = [
  ...(['runLockFile', 'stateFile', 'statFile', 'logFile', 'recordDir'] as const),
  ...(['handbrakeCommand', 'handbrakeTimeoutMs', 'killGraceMs', 'allowUnsafeFiles'] as const),
] as const;

/**
 * `watcher status`: one screen about this node. The code is 0 when no run is in progress and no killed run left its
 * refresh alive, 1 when one is or has, and 3 where that cannot be determined. Touches nothing. Throws `ConfigError` when
 * it is not known where to look: another run lock than that of cron's runs is always free.
 */
export async function showStatus(flags: Flags, request: StatusRequest): Promise<Answer> {
  return withPatience({ ms: PATIENCE_MS }, async (silent) => {
    const answer = await look(flags, request, silent);
    const said = answer.warnings ?? [];
    const more = silent()
      .map(({ message }) => message)
      .filter((each) => !said.some((line) => line.includes(each)));
    return { ...answer, warnings: [...said, ...more] };
  });
}

async function look(
  flags: Flags,
  { json, cluster = false }: StatusRequest,
  silent: () => readonly FileProblem[],
): Promise<Answer> {
  const where = await findSettings(['runLockFile', 'stateFile'], flags, process.env, workingFolder());
  if (where.problems.length > 0) {
    const why = where.problems.join('; ');
    const advice = 'give --run_lock_file and --state_file';
    if (silent().length > 0) return inDoubt(`${why}; or ${advice}`, json);
    throw new ConfigError([`${CANNOT_DETERMINE}: ${why}; correct it, or ${advice}`]);
  }
  const { settings } = await findSettings(FIELDS, flags, process.env, workingFolder());
  const { ask, ...known } = await configuration(flags, cluster);
  try {
    const { status, notes } = await lookAtNode({ settings, ...known, cluster: ask });
    const text = json ? `${printableJson(statusData(status))}\n` : formatStatus(status, pageOf(process.stdout));
    return { text, code: (isBusy(status) ? BUSY : IDLE).code, warnings: notes };
  } catch (error) {
    if (!(error instanceof FileProblem)) throw error;
    return inDoubt(error.message, json);
  }
}

/** `watcher status --watch`: goes on until a signal ends the program. Throws `ConfigError` where nobody looks. */
export async function watchStatus(flags: Flags, { json, cluster = false }: StatusRequest): Promise<Answer> {
  if (json) throw new ConfigError(['watcher status takes --json or --watch, not both']);
  if (!process.stdout.isTTY) throw new ConfigError(['watcher status --watch needs a terminal']);
  return withPatience({ ms: PATIENCE_MS }, async () => {
    for (;;) {
      sayLooking();
      const { text, warnings = [] } = await showStatus(flags, { json: false, cluster });
      sayLooked();
      process.stdout.write(`${CLEAR}${[...warnings.map((line) => asOneLine(line)), text].join('\n')}`);
      await setTimeout(WATCH_PERIOD_MS);
    }
  });
}

/** What is secret in it is not known where the files that say so do not answer. */
const HIDDEN: Redact = () => '(not shown)';

interface Configuration {
  /** Why a run would refuse it; null where it would not. */
  readonly refused: string | null;
  /** Null where that is not known. */
  readonly longestRunMs: number | null;
  readonly redact: Redact;
  readonly ask: () => Promise<ClusterStatus | null>;
}

async function configuration(flags: Flags, wantsNodes: boolean): Promise<Configuration> {
  try {
    const { settings } = await loadSettings(flags, process.env, workingFolder());
    const secretFiles = createSecretFiles({ allowUnsafe: settings.allowUnsafeFiles });
    const { redact } = await keepSecrets(settings, secretFiles);
    const ask = () => askCluster({ settings, redact, secretFiles, wantsNodes });
    return { refused: null, longestRunMs: longestRunOf(settings), redact, ask };
  } catch (error) {
    // Whether a run would refuse it cannot be determined.
    if (error instanceof FileProblem)
      return { refused: null, longestRunMs: null, redact: HIDDEN, ask: async () => null };
    if (!(error instanceof ConfigError)) throw error;
    const [first, ...rest] = error.problems;
    const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
    return { refused: `${first}${more}`, longestRunMs: null, redact: HIDDEN, ask: async () => null };
  }
}

/** On a terminal the reason is a complaint; a program that asked for JSON gets it as data. */
function inDoubt(why: string, json: boolean): Answer {
  const data: UnknownStatusData = { busy: null, run: null, refresh: null, problem: why };
  return {
    text: json ? `${printableJson(data)}\n` : '',
    code: UNKNOWN.code,
    warnings: [`${CANNOT_DETERMINE}: ${why}`],
  };
}
