import type { Call, Command } from './command.ts';
import { YtError, yt } from './errors.ts';
import { findNode } from './objects.ts';
import { nothing, type Result } from './result.ts';
import { requiredTransaction } from './transaction-commands.ts';

export const lockCommands: readonly Command[] = [
  { name: 'lock', verb: 'POST', run: lock },
  { name: 'unlock', verb: 'POST', run: unlock },
];

function lock(call: Call): Result {
  const { cluster, parameters } = call;
  const path = parameters.string('path');
  const mode = parameters.oneOf('mode', ['exclusive', 'shared', 'snapshot'], 'exclusive');
  const waitable = parameters.boolean('waitable');
  const keys = ['child_key', 'attribute_key'].filter((key) => parameters.optionalString(key) !== null);
  if (keys.length > 1 || (keys.length > 0 && mode !== 'shared')) {
    throw new YtError(
      yt.generic,
      'Only one of "child_key" and "attribute_key" may be given, and only for a shared lock',
    );
  }
  const transaction = requiredTransaction(call);
  const node = findNode(cluster, path, transaction);
  const key = keys[0] === undefined ? null : `${keys[0]}=${parameters.string(keys[0])}`;
  const taken = cluster.locks.take({ node, transaction, mode, key, waitable });
  const revision = taken.state === 'acquired' ? node.revision : 0;
  return { v3: taken.id, v4: { lock_id: taken.id, node_id: node.id, revision } };
}

function unlock(call: Call): Result {
  const transaction = requiredTransaction(call);
  call.cluster.locks.unlock(findNode(call.cluster, call.parameters.string('path'), transaction), transaction);
  return nothing;
}
