import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** What stands for what a process asks of its host. */
const SIMULATED = new Map([
  ['crypto', 'crypto.ts'],
  ['fs', 'fs.ts'],
  ['fs/promises', 'fs-promises.ts'],
  ['net', 'net.ts'],
  ['os', 'os.ts'],
  ['timers/promises', 'timers.ts'],
]);

const GLOBALS = join(here, 'globals.ts').replaceAll('\\', '/');

/** The code that a simulated process runs: not what plays the services, nor what records the runs. */
export function isOfProcess(path) {
  return /[\\/]src[\\/](?!record[\\/]|sandbox[\\/])/.test(path) || /[\\/]node_modules[\\/]lockfile[\\/]/.test(path);
}

/** Node's globals, for the code of a simulated process. On the first line, so that no other moves. */
export function withGlobals(text) {
  return `import { Date, performance, process } from '${GLOBALS}'; ${text}`;
}

/** Gives the code of a simulated process a simulated host for Node’s own modules. */
export function simulatedHost() {
  return {
    name: 'simulated host',
    setup({ onResolve }) {
      onResolve({ filter: /^(node:)?(crypto|fs|net|os|fs\/promises|timers\/promises)$/ }, ({ path, importer }) => {
        const file = SIMULATED.get(path.replace(/^node:/, ''));
        const isLockfilesOs = !path.startsWith('node:') && path !== 'fs';
        return isOfProcess(importer) && !isLockfilesOs ? { path: join(here, file) } : undefined;
      });
    },
  };
}
