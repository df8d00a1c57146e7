import { type Diagnosis, diagnose } from '../../http/diagnosis.ts';
import type { HttpProblem } from '../../http/problem.ts';

const KEYS = { address: 'yt_proxy', certificate: 'have it ask for none: a YT proxy knows its users by their token' };

/** Whether trying again makes sense where no reply came, and what to do about it. */
export function unreachable(problem: HttpProblem, proxy: string): Diagnosis {
  const { hostname } = new URL(proxy);
  const found = diagnose(problem, proxy, KEYS);
  // DNS that is down says "later" of any name; of a name that is not even whole, "unknown" is the last word.
  if (problem.unknownHost !== hostname || !isShort(hostname)) return found;
  const example = `${hostname}.yt.yandex.net for the cluster ${hostname}`;
  return { isHopeless: true, message: `${problem.message}: yt_proxy takes the whole name, as in ${example}` };
}

function isShort(hostname: string): boolean {
  return /^[^.:[]+$/.test(hostname) && hostname !== 'localhost';
}
