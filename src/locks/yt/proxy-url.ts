import { isIPv6 } from 'node:net';
import { Failed } from '../../failure.ts';

/**
 * The base URL of a YT proxy: a scheme is kept, none means `http://`, no suffix is added to a bare name, no slash is
 * left at the end. Throws a `lockDenied` when it is no address.
 */
export function proxyUrl(text: string): string {
  const address = isIPv6(text.trim()) ? `[${text.trim()}]` : text.trim();
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null;
  if (url === null || !isPlain(url)) {
    throw new Failed(
      'lockDenied',
      'yt_proxy is no address of a YT proxy; expected a host, host:port, or http(s)://host[:port], without user or query',
    );
  }
  return url.href.replace(/\/+$/, '');
}

/** True when a token sent there can be read on the way. */
export function isReadableOnTheWay(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

function isPlain({ protocol, username, password, search, hash }: URL): boolean {
  return (
    (protocol === 'http:' || protocol === 'https:') && [username, password, search, hash].every((part) => part === '')
  );
}
