import { gzipSync } from 'node:zlib';
import type { Answer } from '../http/deliver.ts';
import type { Received } from '../http/listen.ts';
import type { Command } from './commands/command.ts';
import { type ApiVersion, describeCommands, findCommand } from './commands/commands.ts';
import { Parameters } from './commands/parameters.ts';
import { YtError, yt } from './errors.ts';
import { runCommand } from './run-command.ts';
import type { Cluster } from './state/cluster.ts';
import { authenticate, type Users, validate } from './users.ts';
import type { YtMap, YtValue } from './values.ts';
import { type Format, formatNamed, json, mimeOf, read, write } from './wire/formats.ts';
import { gatherParameters } from './wire/gather.ts';
import { formatInHeaders } from './wire/headers.ts';

/** Where a request goes; `command` is null for the paths that are no command. */
export interface Destination {
  readonly path: string;
  readonly version: ApiVersion | null;
  readonly command: Command | null;
}

export function destinationOf({ url }: Received): Destination {
  const path = url.pathname.toLowerCase();
  const [, version, name] = /^\/api\/(v3|v4)\/([a-z_]+)$/.exec(path) ?? [];
  if (version === undefined || name === undefined) return { path, version: null, command: null };
  return { path, version: version as ApiVersion, command: findCommand(version as ApiVersion, name) };
}

/** Does what the request asks for, whatever its verb is. Throws a `YtError` for everything that goes wrong. */
export function answerRequest(
  cluster: Cluster,
  users: Users,
  received: Received,
  { path, version, command }: Destination,
  saw: (seen: { user: string; parameters?: YtMap }) => void,
): Answer {
  const { headers } = received;
  const host = headers.host ?? '';
  if (path === '/hosts') return jsonAnswer([host]);
  if (path === '/auth/whoami') return jsonAnswer(whoami(authenticate(users, headers)));
  if (/^\/api\/?$/.test(path)) return jsonAnswer(['v3', 'v4']);
  const described = /^\/api\/(v3|v4)\/?$/.exec(path)?.[1];
  if (described !== undefined) return jsonAnswer(describeCommands(described as ApiVersion));

  const user = command?.name === 'discover_proxies' ? 'root' : authenticate(users, headers);
  saw({ user });
  // Only the ping of v3 goes past the ban.
  if (version === 'v4' || command?.name !== 'ping_transaction') validate(users, user);
  if (version === null || command === null) throw notFound(path);
  const inHeaders = formatInHeaders(headers, 'x-yt-output-format', 'accept') ?? json;
  const parameters = new Parameters(gatherParameters(received));
  saw({ user, parameters: parameters.map });
  const format = formatIn(parameters, 'output_format') ?? inHeaders;
  cluster.transactions.expireOverdue();
  const client = { cluster, version, user, host };
  const result = runCommand(client, command, parameters, () => inputOf(received, parameters));
  const value = version === 'v3' ? result.v3 : result.v4;
  return encoded(received, value === undefined ? '' : write(value, format), mimeOf(format));
}

/** The value in the body of a request whose parameters are elsewhere. */
function inputOf({ headers, body }: Received, parameters: Parameters): YtValue {
  const inHeaders = formatInHeaders(headers, 'x-yt-input-format', 'content-type') ?? json;
  return read(body.toString('latin1'), formatIn(parameters, 'input_format') ?? inHeaders);
}

function formatIn(parameters: Parameters, key: string): Format | null {
  const named = parameters.annotated(key);
  return named === null ? null : formatNamed(named);
}

function encoded({ headers }: Received, body: string | Buffer, mime: string): Answer {
  const zips = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
  const encoding = { 'content-encoding': zips ? 'gzip' : 'identity', vary: 'Content-Encoding' };
  return { status: 200, headers: { 'content-type': mime, ...encoding }, body: zips ? gzipSync(body) : body };
}

function whoami(login: string): YtMap {
  return { login, realm: 'YT', csrf_token: 'none' };
}

function notFound(path: string): YtError {
  const [, name] = /^\/api\/v[34]\/([a-z_]+)$/.exec(path) ?? [];
  if (name === undefined && path.startsWith('/api/') && !/^\/api\/v[34]\//.test(path)) {
    return new YtError(yt.generic, `Unsupported API version "${path}"`);
  }
  const message = name === undefined ? 'Malformed command name' : `Command "${name}" is not registered`;
  return new YtError(yt.generic, message, { httpStatus: 404 });
}

function jsonAnswer(value: YtValue): Answer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: write(value, json) };
}
