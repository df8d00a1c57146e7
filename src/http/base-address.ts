import { isIp6 } from './ip6.ts';

/**
 * The base URL of a server that people name by host, `host:port` or URL: a scheme is kept, none means `http://`, no
 * suffix is added to a bare name, no slash is left at the end. Null when it is no address, or holds more than one.
 */
export function baseAddress(text: string): string | null {
  const address = isIp6(text.trim()) ? `[${text.trim()}]` : text.trim();
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null;
  return url !== null && isPlain(url) ? url.href.replace(/\/+$/, '') : null;
}

function isPlain({ protocol, username, password, search, hash }: URL): boolean {
  return (
    (protocol === 'http:' || protocol === 'https:') && [username, password, search, hash].every((part) => part === '')
  );
}

/** What to say where a secret is sent to some of these in the clear; null where it is not. */
export function formatOpenWay(key: string, urls: readonly string[], secret: string): string | null {
  const open = urls.filter(isReadableOnTheWay);
  if (open.length === 0) return null;
  return `${key}: the ${secret} travels to ${open.join(', ')} in clear text: use https:// if that is served there`;
}

function isReadableOnTheWay(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}
