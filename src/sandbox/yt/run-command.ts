import type { Call, Command } from './commands/command.ts';
import { type ApiVersion, findCommand } from './commands/commands.ts';
import type { Parameters } from './commands/parameters.ts';
import { prerequisitesOf } from './commands/prerequisites.ts';
import type { Result } from './commands/result.ts';
import { YtError, yt } from './errors.ts';
import type { Cluster } from './state/cluster.ts';
import type { YtValue } from './values.ts';

/** For whom commands run. */
export interface Client {
  readonly cluster: Cluster;
  readonly version: ApiVersion;
  readonly user: string;
  readonly host: string;
}

/** Runs one command, a mutation at most once for each `mutation_id`. Its error names the path that it was about. */
export function runCommand(client: Client, command: Command, parameters: Parameters, input: () => YtValue): Result {
  const { cluster, version, user, host } = client;
  const run: Call['run'] = (name, itsParameters, itsInput) =>
    runCommand(client, findCommand(version, name) ?? unknown(name), itsParameters, itsInput);
  const apply = () => {
    prerequisitesOf({ cluster, parameters });
    return command.run({ cluster, parameters, user, host, input, run });
  };
  try {
    return command.isMutation ? cluster.mutations.once(parameters, apply) : apply();
  } catch (error) {
    const path = parameters.map['path'];
    throw error instanceof YtError && typeof path === 'string' ? error.with({ path }) : error;
  }
}

function unknown(name: string): never {
  throw new YtError(yt.generic, `Unknown command "${name}"`);
}
