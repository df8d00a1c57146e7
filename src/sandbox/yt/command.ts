import type { Cluster } from './cluster.ts';
import type { Parameters } from './parameters.ts';
import type { Result } from './result.ts';
import type { Transaction } from './transactions.ts';

/** What a command is given. */
export interface Call {
  readonly cluster: Cluster;
  readonly parameters: Parameters;
  readonly user: string;
}

/** One command of the driver. */
export interface Command {
  readonly name: string;
  /** Its name in v3, where that differs. */
  readonly nameInV3?: string;
  readonly verb: 'GET' | 'POST';
  run(call: Call): Result;
}

/** The transaction that a command is to run in; error 11000 when it is named and not alive. */
export function transactionOf({ cluster, parameters }: Call): Transaction | null {
  const id = parameters.optionalGuid('transaction_id');
  return id === null ? null : cluster.transactions.get(id);
}
