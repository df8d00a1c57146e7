import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Begun last, one of these would be all that is left to wait for. The slowest comes first. */
const SLOW = [
  'laws/laws',
  'packaging/debian/cron',
  'haproxy/fleet',
  'packaging/debian/',
  'faults/kill-matrix-',
  'faults/system-calls',
  'faults/memory',
  'conformance/lock',
  'faults/',
  'e2e/',
  'replay/',
  'graph/page',
  'packaging/',
  'sandbox/demo',
  'locks/etcd/',
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

function rankOf({ moduleId }: TestSpecification): number {
  const rank = SLOW.findIndex((part) => moduleId.includes(`/test/${part}`));
  return rank === -1 ? SLOW.length : rank;
}
