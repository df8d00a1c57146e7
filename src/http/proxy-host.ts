import { isIP } from 'node:net';

/** Whom a proxy knows us as, as it is meant; null: as nobody. */
export function credentialsOf({
  username,
  password,
}: URL): { readonly username: string; readonly password: string } | null {
  if (username === '' && password === '') return null;
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** Where a proxy is, as sockets want it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/**
 * What a proxy's certificate must be for. To be said aloud: Node takes the name from the request's Host, which is that of
 * the server behind it. Empty for an address, which no client may ask for by name; it is looked for in the certificate then.
 */
export function serverNameOf(proxy: URL): string {
  const host = hostOf(proxy);
  return isIP(host) === 0 ? host : '';
}
