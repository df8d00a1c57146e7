import * as v from 'valibot';

const about = v.description;
const text = v.string();
const time = v.pipe(text, v.isoTimestamp());
const count = v.pipe(v.number(), v.integer());
const problem = v.strictObject({ problem: v.pipe(text, about('Why it is not known.')) });

/** Who has the run lock or the cluster lock, as far as it can be known. */
const holder = v.strictObject({
  title: text,
  host: v.nullable(text),
  pid: v.nullable(count),
  run_id: v.nullable(text),
  since: v.nullable(time),
});

const lastRun = v.strictObject({
  run_id: text,
  at: v.pipe(time, about('When it ended.')),
  outcome: v.pipe(text, about('As the log names it, such as failed/lockTimeout; killed for one without an end.')),
  message: v.nullable(text),
  took_ms: v.number(),
});

const progress = v.strictObject({
  run_id: text,
  state: v.pipe(text, about('As the log names it.')),
  since: time,
  holder: v.nullable(text),
  holder_since: v.nullable(time),
  ahead: v.nullable(v.pipe(v.number(), about('How many are before this run, the holder included.'))),
});

const mark = v.strictObject({
  node: text,
  time,
  run_id: text,
  plan: v.nullable(text),
  reason: text,
  failures: count,
  left_seconds: v.nullable(v.pipe(v.number(), about('How long it still stops runs; null: it stops none.'))),
});

const node = v.strictObject({
  node: text,
  time: v.pipe(text, about('When its last run ended that took the run lock.')),
  outcome: text,
  version: text,
  plan: v.nullable(text),
  duration_sec: v.number(),
  run_id: text,
  silent: v.pipe(v.boolean(), about('It said nothing for three periods of cron and the longest run.')),
});

const unreadNode = v.strictObject({
  node: text,
  problem: v.pipe(text, about('Why it is not known what it said.')),
});

const known = v.strictObject({
  busy: v.pipe(v.boolean(), about('A run is in progress, or the refresh of a killed one is alive.')),
  run: v.pipe(v.nullable(holder), about('Who has the run lock of this node.')),
  stopped: v.pipe(v.boolean(), about('The process of that run was stopped by a signal.')),
  progress: v.pipe(v.nullable(progress), about('What that run waits for.')),
  refresh: v.nullable(v.strictObject({ run_id: text, pgid: count, started_at: time })),
  last_run: v.nullable(lastRun),
  last_start_at: v.pipe(v.nullable(time), about('When a run last began, as recordings tell.')),
  last_refresh: v.nullable(v.strictObject({ plan: v.nullable(text), times: count, at: time })),
  handbrake: v.union([
    v.strictObject({
      engaged: v.boolean(),
      said: v.nullable(text),
      since: v.nullable(time),
      release: v.pipe(v.nullable(text), about('The command that releases it.')),
    }),
    problem,
  ]),
  discovery_at: v.pipe(v.nullable(time), about('When every group last had an answer that can be trusted.')),
  full_folders: v.pipe(v.array(text), about('Folders that runs write in, without room.')),
  lock: v.pipe(
    v.nullable(
      v.strictObject({
        name: text,
        held: v.union([v.strictObject({ by: v.nullable(holder), waiting: v.nullable(count) }), problem]),
      }),
    ),
    about('The lock of the cluster; null where the configuration is refused.'),
  ),
  brake: v.nullable(v.union([v.strictObject({ on: v.boolean(), heeded: v.boolean(), marks: v.array(mark) }), problem])),
  nodes: v.pipe(
    v.nullable(v.union([v.array(v.union([node, unreadNode])), problem])),
    about('The nodes on the board; null without --cluster.'),
  ),
  configuration_problem: v.nullable(text),
  next: v.strictObject({ alarm: v.boolean(), text }),
});

/** It is not known whether a run is in progress: exit code 3. */
const unknown = v.strictObject({ busy: v.null(), run: v.null(), refresh: v.null(), problem: text });

/** What `watcher status --json` prints. */
export const statusSchema = v.union([known, unknown]);

export type StatusData = v.InferOutput<typeof known>;
export type UnknownStatusData = v.InferOutput<typeof unknown>;
