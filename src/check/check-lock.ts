import { LOCKS } from '../locks/index.ts';
import { PROBE } from '../locks/lock-name.ts';
import { formatElapsed } from '../report/format-elapsed.ts';
import type { AllServices } from '../services/services.ts';
import type { Settings } from '../settings/settings.ts';

/** The same settings with a lock of another name, where the lock service can be asked for one. */
export function probing(settings: Settings): Settings {
  const { nameOfLock } = LOCKS[settings.lock];
  return nameOfLock === undefined
    ? settings
    : { ...settings, [nameOfLock]: `${Reflect.get(settings, nameOfLock)}${PROBE}` };
}

/** Takes the lock of another name and gives it back. Rejects where that is not possible. */
export async function takeProbe(settings: Settings, services: AllServices, signal: AbortSignal): Promise<string> {
  const { nameOfLock, describe } = LOCKS[settings.lock];
  const lock = describe(settings);
  if (nameOfLock === undefined) return `${lock}: not tried, for there is no other name to try it with`;
  const startedAt = performance.now();
  const { standing } = await services.requestLock({ reason: 'changed' }, signal);
  await services.releaseLock(null, signal);
  if (standing !== 'held')
    throw new Error(`${lock}: the one that is tried, with ${PROBE} behind its name, is not free; look once more`);
  const took = formatElapsed(performance.now() - startedAt);
  return `${lock}: taken and given back with ${PROBE} behind its name, in ${took}`;
}
