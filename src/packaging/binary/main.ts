import { statSync } from 'node:fs';
import { VERSION } from '../../version.ts';
import { buildBinary } from './build-binary.ts';
import { hostNode } from './host-node.ts';

const USAGE =
  'npm run binary [-- NODE]: one executable for hosts without Node, made of NODE, or of the Node that runs this';

/** Run in the project's folder by `npm run binary`, optionally with the Node to use, after everything was bundled. */
const [asked] = process.argv.slice(2);
if (asked === '--help' || asked === '-h') process.stdout.write(`${USAGE}\n`);
else build(asked ?? process.execPath);

function build(path: string): void {
  try {
    const node = hostNode(path);
    const output = buildBinary({ node, version: VERSION, dist: 'dist', modules: 'node_modules', into: 'dist' });
    const megabytes = Math.round(statSync(output).size / 1e6);
    process.stdout.write(`${output}: ${megabytes} MB, with Node ${node.version}; licences in ${output}.licences.txt\n`);
    if (node.licence === null)
      process.stderr.write(`binary: ${node.path} came without its LICENSE: pass that on as well\n`);
  } catch (error) {
    process.stderr.write(`binary: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
