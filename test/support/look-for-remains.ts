/** Says whether the refresh of the run `argv[2]`, which the user `argv[3]` started, is still being stopped, as far as this user can see. */
import { isStillEnding } from '../../src/host/run-remains.ts';

console.log(isStillEnding(process.argv[2]!, Number(process.argv[3])));
