import type { IncomingHttpHeaders } from 'node:http';
import { YtError, yt } from './errors.ts';

/** Who may use a proxy. */
export interface Users {
  /** Logins by token; null switches authentication off. */
  readonly tokens: Readonly<Record<string, string>> | null;
  /** Logins that are refused. */
  readonly banned: Set<string>;
}

/** The login behind a request; errors 111 and 900 (HTTP 401), 903 (HTTP 403). */
export function authenticate({ tokens, banned }: Users, headers: IncomingHttpHeaders): string {
  const login = tokens === null ? String(headers['x-yt-user-name'] ?? 'root') : loginOf(tokens, headers.authorization);
  if (banned.has(login)) throw new YtError(yt.userBanned, `User "${login}" is banned`, { httpStatus: 403 });
  return login;
}

function loginOf(tokens: Readonly<Record<string, string>>, authorization: string | undefined): string {
  if (authorization === undefined) refuse(yt.rpcAuthentication, 'Client is missing credentials');
  const token = /^OAuth (\S+)$/.exec(authorization)?.[1];
  if (token === undefined) refuse(yt.authentication, 'Malformed Authorization header');
  return Object.hasOwn(tokens, token) ? tokens[token]! : refuse(yt.authentication, 'Invalid token');
}

function refuse(code: number, message: string): never {
  throw new YtError(code, message, { httpStatus: 401 });
}
