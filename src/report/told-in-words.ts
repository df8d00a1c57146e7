import type { Told } from '../../machines/vocabulary.ts';
import { commandInWords } from './command-in-words.ts';
import { comparedAgainInWords, comparedInWords } from './compared-in-words.ts';
import { durationInWords } from './duration-in-words.ts';
import { holderInWords } from './holder-in-words.ts';
import type { Line } from './log-line.ts';
import type { Place, Story } from './story.ts';

/** What a run tells, as lines of the log. The story has heard it already. */
export function toldInWords(told: Told, story: Story): Line[] {
  switch (told.type) {
    case 'noted':
      return told.notes.map((message) => ({ level: 'WARN', message }));
    case 'warned':
      return [{ level: 'WARN', message: told.failure.message, fields: { kind: told.failure.kind } }];
    case 'compared':
      return comparedInWords(told.diff);
    case 'comparedAgain':
      return comparedAgainInWords(told.diff);
    case 'lockQueued':
      return story.place === null ? [] : [queued(story.place, story.inPhaseMs)];
    case 'lockHeld':
      return [
        { level: 'INFO', message: 'the cluster lock is ours', fields: { waited: durationInWords(story.inPhaseMs) } },
      ];
    case 'lockLost':
      return [{ level: 'ERROR', message: `the cluster lock is lost: ${told.failure.message}` }];
    case 'commandStarted':
      return [{ level: 'INFO', message: `the ${told.command} command runs`, fields: { pgid: told.pgid } }];
    case 'commandEnded':
      return commandInWords(told.command, told.result, story.inPhaseMs);
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
    held: heldMs === null ? null : durationInWords(heldMs),
    ahead,
    waited: durationInWords(waitedMs),
  };
  const message =
    holder === null ? 'in line for the cluster lock' : `the cluster lock is held by ${holderInWords(holder)}`;
  return { level: 'INFO', message, fields };
}
