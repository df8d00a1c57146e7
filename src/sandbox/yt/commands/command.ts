import type { Cluster } from '../state/cluster.ts';
import type { Transaction } from '../state/transactions.ts';
import type { YtValue } from '../values.ts';
import type { Parameters } from './parameters.ts';
import type { Result } from './result.ts';

/** What a command is given. */
export interface Call {
  readonly cluster: Cluster;
  readonly parameters: Parameters;
  readonly user: string;
  /** The address by which the client reached the proxy. */
  readonly host: string;
  /** The value that a command with an input was sent. */
  readonly input: () => YtValue;
  /** Runs another command for the same user. */
  readonly run: (command: string, parameters: Parameters, input: () => YtValue) => Result;
}

/** One command of the driver. */
export interface Command {
  readonly name: string;
  /** Its name in v3, where that differs; null when it is not there. */
  readonly nameInV3?: string | null;
  /** Whether a value is sent along with the parameters. */
  readonly hasInput?: boolean;
  /** Whether v3 answers it with an empty body. */
  readonly isSilent?: boolean;
  /** A volatile command is sent with POST, or PUT when it has an input. */
  readonly isVolatile: boolean;
  /** Whether its outcome is kept under its `mutation_id`. */
  readonly isMutation?: boolean;
  run(call: Call): Result;
}

/** The transaction that a command is to run in; error 11000 when it is named and not alive. */
export function transactionOf({ cluster, parameters }: Call): Transaction | null {
  const id = parameters.optionalGuid('transaction_id');
  return id === null ? null : cluster.transactions.get(id);
}
