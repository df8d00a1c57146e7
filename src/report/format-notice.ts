import type { Notice } from '../../machines/vocabulary.ts';
import { formatCommand } from './format-command.ts';
import { formatComparison, formatSecondComparison } from './format-comparison.ts';
import { formatElapsed } from './format-elapsed.ts';
import { formatHolder } from './format-holder.ts';
import type { Line } from './log-line.ts';
import type { Place, RunProgress } from './run-progress.ts';

/** The notices of a run, as lines of the log. The progress has it already. */
export function formatNotice(notice: Notice, progress: RunProgress): Line[] {
  switch (notice.type) {
    case 'noted':
      return notice.notes.map((message) => ({ level: 'WARN', message }));
    case 'warned':
      return [{ level: 'WARN', message: notice.failure.message, fields: { kind: notice.failure.kind } }];
    case 'compared':
      return formatComparison(notice.diff);
    case 'comparedAgain':
      return formatSecondComparison(notice.diff);
    case 'runLockHeld':
      // The last line of the run says it.
      return [];
    case 'lockQueued':
      return progress.place === null ? [] : [queued(progress.place, progress.inPhaseMs)];
    case 'lockHeld':
      return [
        { level: 'INFO', message: 'the cluster lock is ours', fields: { waited: formatElapsed(progress.inPhaseMs) } },
      ];
    case 'lockLost':
      return [{ level: 'ERROR', message: `the cluster lock is lost: ${notice.failure.message}` }];
    case 'commandStarted':
      return [{ level: 'INFO', message: `the ${notice.command} command runs`, fields: { pgid: notice.pgid } }];
    case 'commandEnded':
      // Of the others it is not known how long they ran: their phases do more than that.
      return formatCommand(notice.command, notice.result, notice.command === 'refresh' ? progress.refreshRanMs : null);
  }
}

function queued({ holder, ahead, heldMs }: Place, waitedMs: number): Line {
  const fields = {
    holder: holder?.title ?? null,
    host: holder?.host ?? null,
    pid: holder?.pid ?? null,
    holder_run: holder?.runId ?? null,
    holder_reason: holder?.reason ?? null,
    transaction: holder?.transaction ?? null,
    since: holder?.since ?? null,
    held: heldMs === null ? null : formatElapsed(heldMs),
    ahead,
    waited: formatElapsed(waitedMs),
  };
  const message =
    holder === null ? 'in line for the cluster lock' : `the cluster lock is held by ${formatHolder(holder)}`;
  return { level: 'INFO', message, fields };
}
