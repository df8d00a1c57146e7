import { isIp6 } from './ip6.ts';
import { bracketsFor } from './ip6-with-port.ts';

/**
 * The base URL of a server that people name by host, `host:port` or URL: a scheme is kept, none means `http://`, no
 * suffix is added to a bare name, no slash is left at the end. Null when it is no address, holds more than one, or may be
 * meant in two ways.
 */
export function baseAddress(text: string): string | null {
  const trimmed = text.trim();
  const address = isIp6(trimmed) ? `[${trimmed}]` : trimmed;
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address : `http://${address}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null;
  return url !== null && isPlain(url) && wrongWriting(trimmed) === null ? url.href.replace(/\/+$/, '') : null;
}

function isPlain({ protocol, username, password }: URL): boolean {
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
}

/** What is wrong with an address as it is written, whatever the URL parser makes of it; null where nothing is. */
export function wrongWriting(address: string): string | null {
  const brackets = bracketsFor(address);
  if (brackets !== null) return `an IPv6 address has brackets before a port: ${brackets}`;
  if (/[?#]/.test(address)) return 'the address must end before any ? or #';
  if (!isIp6(address) && PORT_0.test(address)) return 'no server has the port 0: write its own';
  return null;
}

/** At the end of the host, with or without a scheme. */
const PORT_0 = /^([a-z][a-z\d+.-]*:)?[/\\]*[^/\\]*:0+([/\\]|$)/i;

/** What is wrong with a user and a password as they are escaped; null where they can be read. */
export function wrongCredentials({ username, password }: URL): string | null {
  try {
    decodeURIComponent(`${username}:${password}`);
    return null;
  } catch {
    return 'the user or the password holds a % that begins no escape: the character % is written %25';
  }
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
