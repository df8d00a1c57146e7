import type { HttpProblem } from '../../http/problem.ts';
import { formatOtherScheme } from '../../http/wrong-address.ts';

interface Unreachable {
  /** No other try can succeed until a person changes something. */
  readonly isFinal: boolean;
  readonly hint: string | null;
}

/** Whether trying again makes sense where no reply came, and what to do about it. */
export function unreachable({ kind, unknownHost, isAtProxy }: HttpProblem, proxy: string): Unreachable {
  if (kind === 'untrusted') return { isFinal: true, hint: null };
  if (kind === 'wrongScheme') return { isFinal: true, hint: isAtProxy ? null : formatOtherScheme(proxy, 'yt_proxy') };
  const { hostname } = new URL(proxy);
  if (unknownHost !== hostname) return { isFinal: false, hint: null };
  // DNS that is down says "later" of any name; of a name that is not even whole, "unknown" is the last word.
  return isShort(hostname)
    ? {
        isFinal: true,
        hint: `yt_proxy takes the whole name, as in ${hostname}.yt.yandex.net for the cluster ${hostname}`,
      }
    : { isFinal: false, hint: 'is yt_proxy right, and does DNS work on this host?' };
}

function isShort(hostname: string): boolean {
  return /^[^.:[]+$/.test(hostname) && hostname !== 'localhost';
}
