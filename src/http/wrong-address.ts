import type { HttpReply } from './client.ts';

/**
 * What is wrong with the address of a server when this reply came from it, and what the setting `key` should be; null
 * when nothing in the reply says so. Redirects are followed by nobody: they would carry a token to a stranger.
 */
export function formatWrongAddress(reply: HttpReply, address: string, key: string): string | null {
  if (asksForTls(reply)) return `the server there speaks TLS: ${formatOtherScheme(address, key)}`;
  if (reply.status < 300 || reply.status > 399) return null;
  const elsewhere = redirectedTo(reply, address);
  return elsewhere === null
    ? `a redirect that leads to no other server: is ${key} right?`
    : `redirected to ${elsewhere}: set ${key}: ${elsewhere}`;
}

/** What to do where TLS met plain HTTP. */
export function formatOtherScheme(address: string, key: string): string {
  return `set ${key}: ${address.replace(/^http(s?):/i, (_, secure: string) => (secure === '' ? 'https:' : 'http:'))}`;
}

/** Apache, nginx and Go answer plain HTTP in their own words. */
function asksForTls({ status, text }: HttpReply): boolean {
  return status === 400 && /plain HTTP .{0,40}(HTTPS|SSL|TLS)|HTTP request to an HTTPS server/i.test(text);
}

/** Scheme, host and port: that much of it goes into a setting, and no secret is in it. */
function redirectedTo({ headers }: HttpReply, asked: string): string | null {
  const location = headers['location'] ?? '';
  if (!URL.canParse(location, asked)) return null;
  const { origin, protocol } = new URL(location, asked);
  return /^https?:$/.test(protocol) && origin !== new URL(asked).origin ? origin : null;
}
