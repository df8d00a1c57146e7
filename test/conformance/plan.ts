/**
 * Looks at a lock service that somebody runs himself, before the suite is run on it: says what will be touched, and whether
 * it can be reached. `argv`: a file for the plan, and the settings as watcher takes them. Exits with 2 where the settings are no good, with
 * 3 where the service does not answer.
 */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseCommandLine } from '../../src/cli.ts';
import { ConfigError } from '../../src/config/config-error.ts';
import { Failed } from '../../src/failure.ts';
import { LOCKS } from '../../src/locks/index.ts';
import { loadSettings } from '../../src/settings/load-settings.ts';
import { contender } from './contender.ts';
import { type Plan, scratchName } from './own-service.ts';
import type { Flags } from './services.ts';

const [file, ...words] = process.argv.slice(2) as [string, ...string[]];

/** Where nobody names the lock: the suite locks something else anyway. */
const NAMES: Flags = { etcd: '/watcher', consul: 'watcher', kubernetes: 'default/watcher' };

/** What each service keeps of the suite, and how it is removed. */
const TOUCHED: Readonly<Record<string, (base: string) => readonly [string, string]>> = {
  etcd: (base) => [`keys that begin with ${base}/, and leases of its own`, `etcdctl del --prefix ${base}/`],
  consul: (base) => [`keys that begin with ${base}/, and sessions of its own`, `consul kv delete -recurse ${base}/`],
  kubernetes(base) {
    const [namespace, name] = base.split('/');
    const all = `kubectl get lease,configmap -n ${namespace} -o name`;
    return [
      `Leases and ConfigMaps in ${namespace} whose names begin with ${name}-`,
      `${all} | grep /${name}- | xargs kubectl delete -n ${namespace}`,
    ];
  },
  yt: (base) => [`nodes below ${base}, and transactions of its own`, `yt remove --recursive --force ${base}`],
  file: (base) => [`files and folders that begin with ${base}-`, `rm -r ${base}-*`],
};

async function planned(): Promise<Plan> {
  const flags = parseCommandLine(words).asked.flags as Flags;
  if (!('lock' in flags || 'config' in flags))
    throw new ConfigError(['say which lock: --lock, or --config with a watcher.yaml']);
  const lock = flags['lock'] ?? '';
  const named = 'config' in flags || 'lock_name' in flags || NAMES[lock] === undefined;
  const asked = { ...flags, ...(!named && { lock_name: NAMES[lock] as string }) };
  const { settings } = await loadSettings(asked, {}, process.env['INIT_CWD'] ?? '/');
  const field = LOCKS[settings.lock].nameOfLock ?? 'lockFile';
  const nameKey = field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const base = `${Reflect.get(settings, field)}${settings.lock === 'kubernetes' ? '-' : '.'}conformance-${randomBytes(3).toString('hex')}`;
  const plan: Plan = { lock: settings.lock, flags: { ...asked, lock: settings.lock }, nameKey, base };
  const [touched, removal] = TOUCHED[settings.lock]?.(base) ?? [`what is named ${base}, and what begins so`, 'hand'];
  const scratch = { ...plan.flags, [nameKey]: scratchName(plan, 'first') };
  const { settings: own } = await loadSettings(scratch, {}, process.env['INIT_CWD'] ?? '/');
  console.log(`lock      ${LOCKS[settings.lock].describe(own)}`);
  console.log(`touches   ${touched}; nothing else`);
  console.log('load      twenty contenders at a time, for some minutes; do not measure anything else there meanwhile');
  console.log(`leaves    what is empty by then, to be removed by: ${removal}`);
  const looking = await contender('look', scratch);
  await looking.held(new AbortController().signal);
  looking.close();
  return plan;
}

planned().then(
  (plan) => writeFileSync(file, JSON.stringify(plan)),
  (error: unknown) => {
    if (!(error instanceof ConfigError || error instanceof Failed)) throw error;
    const lines = error instanceof ConfigError ? error.problems : [error.message];
    for (const line of lines) console.error(`conformance: ${line}`);
    if (error instanceof Failed) console.error('conformance: nothing was tried: the service has to answer first');
    process.exitCode = error instanceof ConfigError ? 2 : 3;
  },
);
