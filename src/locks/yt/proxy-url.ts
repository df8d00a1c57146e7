import { Failed } from '../../failure.ts';
import { baseAddress } from '../../http/base-address.ts';

/** The base URL of a YT proxy. Throws a `lockDenied` when it is no address. */
export function proxyUrl(text: string): string {
  const url = baseAddress(text);
  if (url !== null) return url;
  throw new Failed(
    'lockDenied',
    'yt_proxy is no address of a YT proxy; expected a host, host:port, or http(s)://host[:port], without user or query',
  );
}
