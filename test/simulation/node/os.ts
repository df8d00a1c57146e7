/** What src/ takes for `node:os` in a simulated process. */
import { current } from './current.ts';

export { constants } from 'node:os';

export function hostname(): string {
  return current().hostname;
}

export function uptime(): number {
  return current().bootMs() / 1000;
}
