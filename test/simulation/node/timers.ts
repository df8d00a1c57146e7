/** What src/ takes for `node:timers/promises` in a simulated process. */
import { current } from './current.ts';

export function setTimeout<Value>(
  ms: number,
  value?: Value,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      callOff();
      reject(signal!.reason);
    };
    const callOff = current().later(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
