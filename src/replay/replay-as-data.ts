import { machineFingerprint } from '../record/fingerprint.ts';
import type { ReplayedFile } from './replay-file.ts';

/** What `watcher replay --json` says of one file. */
export function replayAsData(file: ReplayedFile): Readonly<Record<string, unknown>> {
  if ('refused' in file) return { problem: { line: file.refused.line, message: file.refused.message } };
  const { recording, fold, run, cut } = file.replayed;
  const { header, events, end } = recording;
  const { difference, steps } = fold;
  return {
    run_id: header.run_id,
    host: header.host,
    started_at: header.started_at,
    watcher: header.watcher,
    same_machines: header.machine === machineFingerprint(),
    events: events.length,
    outcome: end?.outcome ?? null,
    exit_code: end?.exit_code ?? null,
    incomplete: end?.incomplete ?? null,
    cut: cut === null ? null : { state: cut.state, after_ms: cut.afterMs },
    believed_lines: steps.filter(({ trusted }) => trusted).map(({ recorded }) => recorded.line),
    difference:
      difference === null
        ? null
        : {
            line: difference.line,
            at: difference.at,
            actor: difference.notice?.actor ?? null,
            event: difference.notice?.event.type ?? null,
            recorded: difference.recorded,
            now: difference.now,
            decided: difference.decided,
          },
    story: run.segments.map(({ state, at, tookMs, why, guards, notes }) => ({
      state,
      at,
      took_ms: tookMs,
      why,
      guards,
      notes,
    })),
  };
}
