import type { IncomingHttpHeaders } from 'node:http';
import { YtError, yt } from './errors.ts';

/** Who may use a proxy. */
export interface Users {
  /** Logins by token; null switches authentication off. */
  readonly tokens: Readonly<Record<string, string>> | null;
  /** Logins that are refused. */
  readonly banned: Set<string>;
}

/** The login behind a request; error 111 or 900, with HTTP 401. */
export function authenticate({ tokens }: Users, headers: IncomingHttpHeaders): string {
  if (tokens === null) return String(headers['x-yt-testing-user-name'] ?? headers['x-yt-user-name'] ?? 'root');
  const [, token] = /^OAuth (.*)$/.exec(headers.authorization ?? 'OAuth ') ?? [];
  if (token === undefined) throw refused('Malformed Authorization header');
  if (token === '') throw refused('Client is missing credentials');
  if (Object.hasOwn(tokens, token)) return tokens[token]!;
  const inner = [refused('Token is missing in Cypress')];
  throw new YtError(yt.authentication, 'Authentication failed', { inner, httpStatus: 401 });
}

/** Refuses a banned login with HTTP 403; what it is banned for is one error deeper. */
export function validate({ banned }: Users, login: string): void {
  if (!banned.has(login)) return;
  const inner = [new YtError(yt.userBanned, `User "${login}" is banned`)];
  throw new YtError(yt.generic, 'User validation failed', { inner, httpStatus: 403 });
}

function refused(message: string): YtError {
  return new YtError(yt.invalidCredentials, message, { httpStatus: 401 });
}
