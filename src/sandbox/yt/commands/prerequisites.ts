import { YtError, yt } from '../errors.ts';
import { parseGuid } from '../state/guid.ts';
import type { Transaction } from '../state/transactions.ts';
import type { Call } from './command.ts';

/** The transactions that must be alive for a command to run; error 1000 when one is not. */
export function prerequisitesOf({ cluster, parameters }: Pick<Call, 'cluster' | 'parameters'>): Transaction[] {
  return parameters.list('prerequisite_transaction_ids').map((given) => {
    const id = parseGuid(String(given));
    const transaction = cluster.transactions.find(id);
    if (transaction !== null) return transaction;
    throw new YtError(yt.prerequisiteFailed, `Prerequisite check failed: transaction ${id} is missing`);
  });
}
