import { YtError, yt } from '../errors.ts';
import type { LockKey } from '../state/lock-rules.ts';
import { findNode } from '../state/objects.ts';
import type { Call, Command } from './command.ts';
import { nothing, type Result } from './result.ts';
import { requiredTransaction } from './transacting.ts';

export const lockingCommands: readonly Command[] = [
  { name: 'lock', isVolatile: true, isMutation: true, run: lock },
  { name: 'unlock', isVolatile: true, isMutation: true, isSilent: true, run: unlock },
];

function lock(call: Call): Result {
  const { cluster, parameters } = call;
  const path = parameters.string('path');
  const mode = parameters.oneOf('mode', ['exclusive', 'shared', 'snapshot'], 'exclusive');
  const waitable = parameters.boolean('waitable');
  const key = keyOf(call, mode === 'shared');
  const transaction = requiredTransaction(call);
  const node = findNode(cluster, path, transaction);
  const taken = cluster.locks.take({ node, transaction, mode, key, waitable });
  const revision = taken.state === 'acquired' ? node.revision : 0;
  return { v3: taken.id, v4: { lock_id: taken.id, node_id: node.id, revision } };
}

function keyOf({ parameters }: Call, mayHaveKey: boolean): LockKey | null {
  const keys = (['child', 'attribute'] as const).flatMap((kind) => {
    const name = parameters.optionalString(`${kind}_key`);
    return name === null ? [] : [{ kind, name }];
  });
  if (keys.length > 0 && !mayHaveKey) {
    throw new YtError(yt.generic, `"${keys[0]!.kind}_key" can only be specified for shared locks`);
  }
  if (keys.length > 1) throw new YtError(yt.generic, 'Cannot specify both "child_key" and "attribute_key"');
  return keys[0] ?? null;
}

function unlock(call: Call): Result {
  const transaction = requiredTransaction(call);
  call.cluster.locks.unlock(findNode(call.cluster, call.parameters.string('path'), transaction), transaction);
  return nothing;
}
