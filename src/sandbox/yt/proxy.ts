import type { Answer } from '../http/deliver.ts';
import type { Received } from '../http/listen.ts';
import type { Cluster } from './cluster.ts';
import type { Command } from './command.ts';
import { type ApiVersion, describeCommands, findCommand } from './commands.ts';
import { wrapped, YtError, yt } from './errors.ts';
import { outputFormat, write } from './formats.ts';
import { writeJson } from './json.ts';
import { mergeParameters, type Parameters } from './parameters.ts';
import { authenticate, type Users } from './users.ts';
import type { YtMap, YtValue } from './values.ts';

/** Where a request goes; `command` is null for the paths that are no command. */
export interface Destination {
  readonly path: string;
  readonly version: ApiVersion | null;
  readonly command: Command | null;
}

export function destinationOf({ url }: Received): Destination {
  const [, version, name] = /^\/api\/(v3|v4)\/([A-Za-z_]+)$/.exec(url.pathname) ?? [];
  if (version === undefined || name === undefined) return { path: url.pathname, version: null, command: null };
  const known = version as ApiVersion;
  return { path: url.pathname, version: known, command: findCommand(known, name.toLowerCase()) };
}

/** Does what the request asks for. Throws a `YtError` for everything that goes wrong. */
export function answerRequest(
  cluster: Cluster,
  users: Users,
  received: Received,
  { path, version, command }: Destination,
  saw: (seen: { user: string; parameters?: YtMap }) => void,
): Answer {
  if (path === '/api') return jsonAnswer(['v3', 'v4']);
  const described = /^\/api\/(v3|v4)\/?$/.exec(path)?.[1];
  if (described !== undefined) return jsonAnswer(describeCommands(described as ApiVersion));
  if (path === '/hosts') return jsonAnswer([received.headers.host ?? '']);
  if (path === '/auth/whoami' && received.method === 'POST')
    return jsonAnswer({ login: authenticate(users, received.headers) });
  if (path === '/auth/whoami') throw wrongVerb('POST', received);
  if (command === null) throw new YtError(yt.generic, `Unknown command or path ${path}`, { httpStatus: 404 });
  if (received.method !== command.verb) throw wrongVerb(command.verb, received);
  const user = authenticate(users, received.headers);
  saw({ user });
  const { format, mime } = outputFormat(received.headers);
  const parameters = mergeParameters(received);
  saw({ user, parameters: parameters.map });
  const result = run(cluster, command, parameters, user);
  const value = version === 'v3' ? result.v3 : result.v4;
  return {
    status: 200,
    headers: { 'content-type': mime },
    body: value === undefined ? '' : write(value, format),
  };
}

function run(cluster: Cluster, command: Command, parameters: Parameters, user: string) {
  const apply = () => command.run({ cluster, parameters, user });
  cluster.transactions.expireOverdue();
  try {
    return command.verb === 'POST' ? cluster.mutations.once(parameters, apply) : apply();
  } catch (error) {
    if (!(error instanceof YtError)) throw error;
    const path = parameters.map['path'];
    throw wrapped(command.name, error, path === undefined ? {} : { path });
  }
}

function wrongVerb(verb: string, { method, url }: Received): YtError {
  return new YtError(yt.generic, `${url.pathname} wants ${verb}, not ${method}`, { httpStatus: 405 });
}

function jsonAnswer(value: YtValue): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: writeJson(value, true) };
}
