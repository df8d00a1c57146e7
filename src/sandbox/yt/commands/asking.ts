import { YtError, yt } from '../errors.ts';
import { isMap, type YtMap, type YtValue } from '../values.ts';
import type { Call, Command } from './command.ts';
import { Parameters } from './parameters.ts';
import { named, type Result } from './result.ts';

/** What a client asks of the proxy itself. */
export const askingCommands: readonly Command[] = [
  { name: 'get_current_user', nameInV3: null, isVolatile: false, run: ({ user }) => named('user', user) },
  { name: 'discover_proxies', nameInV3: null, isVolatile: false, run: ({ host }) => named('proxies', [host]) },
  { name: 'execute_batch', isVolatile: true, isMutation: true, run: executeBatch },
];

/** Runs the commands one after the other; one that fails holds up no other. */
function executeBatch(call: Call): Result {
  const requests = call.parameters.annotated('requests');
  if (!Array.isArray(requests)) throw new YtError(yt.generic, 'Missing required parameter /requests');
  const results = requests.map((request: YtValue) => (isMap(request) ? runOne(call, request) : refuse()));
  return named('results', results);
}

function runOne(call: Call, { command, parameters, input }: YtMap): YtValue {
  if (typeof command !== 'string' || !isMap(parameters)) return refuse();
  try {
    const { v4 } = call.run(command, new Parameters(parameters), () => input ?? refuse());
    return v4 === undefined ? {} : { output: v4 };
  } catch (error) {
    if (error instanceof YtError) return { error: error.toMap() };
    throw error;
  }
}

function refuse(): never {
  throw new YtError(yt.generic, 'A request of a batch has a "command" and a map of "parameters"');
}
