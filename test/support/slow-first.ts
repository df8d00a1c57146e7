import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Parts of `project path`, in the order in which they begin; what is not named comes last. Begun last, one of these would
 * be all that is left to wait for. What mostly waits stands beside what computes, the laws for longer than any other file.
 */
const ORDER = [
  'laws/laws',
  'replacing ',
  'conformance/lock-loss',
  'conformance/locks',
  'faults/hostile-servers',
  'conformance/lock-cut-off',
  'faults/kill-matrix-stop',
  'faults/lock-service',
  'faults/kill-matrix-signals',
  'faults/commands',
  'haproxy/fleet',
  'faults/canary',
  'faults/kill-matrix-kill',
  'faults/silence',
  'packaging/debian/place',
  'faults/clock',
  'faults/surroundings',
  'graph/page',
  'faults/memory',
  'e2e/deaths',
  'faults/system-calls',
  'e2e/gates',
  'sandbox/demo',
  'locks/etcd/',
  'faults/',
  'conformance/',
  'packaging/',
  'e2e/',
  'replay/',
  'real ',
];

/** Begins with the files that take long, so that all workers end at about the same time. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // Files of one project beside one another, for these may share a process.
    return sorted.sort(
      (one, other) => rankOf(one) - rankOf(other) || one.project.name.localeCompare(other.project.name),
    );
  }
}

function rankOf({ moduleId, project }: TestSpecification): number {
  const rank = ORDER.findIndex((part) => `${project.name} ${moduleId}`.includes(part));
  return rank === -1 ? ORDER.length : rank;
}
