import { formatElapsed } from '../report/format-elapsed.ts';
import { describeHolder } from '../report/format-holder.ts';
import type { Row } from '../text/rows.ts';
import { VERSION } from '../version.ts';
import type { BrakeMarkStatus, ClusterStatus, NodeRecordStatus } from './cluster-status.ts';
import type { NodeStatus } from './node-status.ts';
import { ago } from './times.ts';
import { isHeldTooLong, isSilent } from './worries.ts';

type Held = Exclude<ClusterStatus['lock'], { problem: string }>;

/** What the lock service says: who has the lock, and whether the brake is on. One line where it says nothing. */
export function clusterRows(status: NodeStatus): readonly Row[] {
  const { cluster } = status;
  if (cluster === null) return [];
  const { lock, brake, isBrakeHeeded } = cluster;
  if ('problem' in lock) return [{ title: 'lock', text: `${cluster.lockName}: ${lock.problem}`, isAlarm: true }];
  return [
    {
      title: 'lock',
      text: `${holding(lock, status)}: ${cluster.lockName}`,
      isAlarm: isHeldTooLong(lock.holder, status),
    },
    ...('problem' in brake
      ? [{ title: 'brake', text: brake.problem, isAlarm: isBrakeHeeded }]
      : brakeRows(brake.marks, isBrakeHeeded)),
  ];
}

function holding({ holder, waiting }: Held, { run }: NodeStatus): string {
  if (holder === null) return 'free';
  const forSoLong = holder.heldForMs === null ? '' : ` for ${formatElapsed(holder.heldForMs)}`;
  const isOwn = run !== null && run.runId !== null && holder.runId === run.runId;
  return `held by ${isOwn ? 'that run' : describeHolder(holder)}${forSoLong}${waiting ? `, ${waiting} waiting` : ''}`;
}

function brakeRows(marks: readonly BrakeMarkStatus[], isHeeded: boolean): readonly Row[] {
  const counting = marks.filter(({ leftMs }) => leftMs !== null);
  if (counting.length === 0) return [{ title: 'brake', text: 'off' }];
  return counting.map((mark, index) => ({
    title: index === 0 ? 'brake' : '',
    text: `${formatMark(mark)}${isHeeded ? '' : ' (ignored by this node: on_refresh_failure is continue)'}`,
    isAlarm: isHeeded,
  }));
}

function formatMark({ node, why, agoMs, leftMs }: BrakeMarkStatus): string {
  return `on for ${formatElapsed(leftMs ?? 0)} more: ${formatElapsed(agoMs)} ago the refresh failed on ${node}: ${why}`;
}

/** The nodes on the board, one line each, by name. */
export function nodeRows(status: NodeStatus): readonly Row[] {
  const known = status.cluster?.nodes ?? null;
  if (known === null) return [];
  if ('problem' in known) return [{ title: 'cluster', text: `the board ${known.problem}`, isAlarm: true }];
  const nodes = [...known.nodes].sort((one, other) => (one.node < other.node ? -1 : 1));
  const width = Math.max(0, ...nodes.map(({ node }) => node.length));
  return [
    { title: 'cluster', text: nodes.length === 1 ? '1 node on the board' : `${nodes.length} nodes on the board` },
    ...nodes.map((node) => nodeRow(node, width, status)),
  ];
}

function nodeRow(news: NodeRecordStatus, width: number, status: NodeStatus): Row {
  const node = news.node.padEnd(width);
  if ('problem' in news) return { title: '', text: `${node}  ${news.problem}`, isAlarm: true, isOneLine: true };
  const { nowMs } = status;
  const { outcome, version, time } = news;
  const other = version === VERSION ? '' : ` (version ${version})`;
  const silent = isSilent(news, status);
  const when = silent ? `silent for ${formatElapsed(nowMs - Date.parse(time))}` : ago(time, nowMs);
  const text = `${node}  ${when}: ${outcome}${other}`;
  return { title: '', text, isAlarm: silent || outcome.startsWith('failed/'), isOneLine: true };
}
