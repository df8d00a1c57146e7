import { YtError, yt } from '../errors.ts';
import type { Ending, Transaction } from '../state/transactions.ts';
import { type Call, type Command, transactionOf } from './command.ts';
import { prerequisitesOf } from './prerequisites.ts';
import { named, nothing, type Result } from './result.ts';

export const transactingCommands: readonly Command[] = [
  { name: 'start_transaction', nameInV3: 'start_tx', isVolatile: true, isMutation: true, run: start },
  // No mutation: each one renews, whatever its `mutation_id` says.
  { name: 'ping_transaction', nameInV3: 'ping_tx', isVolatile: true, isSilent: true, run: ping },
  {
    name: 'commit_transaction',
    nameInV3: 'commit_tx',
    isVolatile: true,
    isMutation: true,
    isSilent: true,
    run: commit,
  },
  { name: 'abort_transaction', nameInV3: 'abort_tx', isVolatile: true, isMutation: true, isSilent: true, run: abort },
];

function start(call: Call): Result {
  const { cluster, parameters, user } = call;
  parameters.oneOf('type', ['master', 'tablet'], 'master');
  const { id } = cluster.transactions.start({
    timeoutMs: parameters.optionalInteger('timeout'),
    deadline: parameters.optionalInstant('deadline'),
    attributes: parameters.attributes(),
    parent: transactionOf(call),
    prerequisites: prerequisitesOf(call),
    owner: user,
    now: cluster.wallTime(),
  });
  return named('transaction_id', id);
}

// Without an id YT renews nothing, and calls it a success without a word.
function ping(call: Call): Result {
  const transaction = transactionOf(call);
  if (transaction === null) return { v3: undefined, v4: undefined };
  const ancestors = call.parameters.boolean('ping_ancestor_transactions');
  call.cluster.transactions.ping(transaction, call.cluster.wallTime(), ancestors);
  return nothing;
}

function commit(call: Call): Result {
  end(call, 'committed');
  const timestamp = BigInt(Math.floor(call.cluster.wallTime().getTime() / 1000)) << 30n;
  return { v3: undefined, v4: { primary_commit_timestamp: timestamp, commit_timestamps: { '1': timestamp } } };
}

function abort(call: Call): Result {
  end(call, 'aborted');
  return nothing;
}

function end(call: Call, ending: Ending): void {
  call.cluster.transactions.end(requiredTransaction(call), ending);
}

/** The transaction that a command cannot do without. */
export function requiredTransaction(call: Call): Transaction {
  const transaction = transactionOf(call);
  if (transaction === null) throw new YtError(yt.generic, 'A valid master transaction is required');
  return transaction;
}
