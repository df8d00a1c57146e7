import { type Call, type Command, transactionOf } from './command.ts';
import { YtError, yt } from './errors.ts';
import { nothing, type Result } from './result.ts';
import type { Ending, Transaction } from './transactions.ts';

export const transactionCommands: readonly Command[] = [
  { name: 'start_transaction', nameInV3: 'start_tx', verb: 'POST', run: start },
  { name: 'ping_transaction', nameInV3: 'ping_tx', verb: 'POST', run: ping },
  { name: 'commit_transaction', nameInV3: 'commit_tx', verb: 'POST', run: (call) => end(call, 'committed') },
  { name: 'abort_transaction', nameInV3: 'abort_tx', verb: 'POST', run: (call) => end(call, 'aborted') },
];

function start(call: Call): Result {
  const { cluster, parameters, user } = call;
  parameters.oneOf('type', ['master', 'tablet'], 'master');
  const { id } = cluster.transactions.start({
    timeoutMs: parameters.optionalInteger('timeout'),
    attributes: parameters.attributes(),
    parent: transactionOf(call),
    owner: user,
    now: cluster.wallTime(),
  });
  return { v3: id, v4: { transaction_id: id } };
}

// Without an id YT renews nothing and calls it a success.
function ping(call: Call): Result {
  const transaction = transactionOf(call);
  const ancestors = call.parameters.boolean('ping_ancestor_transactions');
  if (transaction !== null) call.cluster.transactions.ping(transaction, call.cluster.wallTime(), ancestors);
  return nothing;
}

function end(call: Call, ending: Ending): Result {
  call.cluster.transactions.end(requiredTransaction(call), ending);
  return nothing;
}

/** The transaction that a command cannot do without. */
export function requiredTransaction(call: Call): Transaction {
  const transaction = transactionOf(call);
  if (transaction === null) throw new YtError(yt.generic, 'A valid master transaction is required');
  return transaction;
}
