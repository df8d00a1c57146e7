#!/usr/bin/env node
import { join } from 'node:path';
import { readArguments, USAGE } from './arguments.ts';
import { BuildProblem } from './build-problem.ts';
import { buildDate, readChangelog } from './changelog.ts';
import { controlMembers } from './control-members.ts';
import { pack } from './pack.ts';
import { packageFiles } from './package-files.ts';

const FAILED = 1;

/** Builds the Debian package from the checkout whose dist/ holds this program, whatever the working directory is. */
function main(argv: readonly string[]): string {
  const root = join(__dirname, '..');
  const asked = readArguments(argv, root);
  if (asked === 'help') return USAGE;
  const { version, output, flavour } = asked;
  const changelog = readChangelog(root);
  const date = buildDate(changelog, process.env['SOURCE_DATE_EPOCH']);
  const files = packageFiles(root, { version, date, changelog, flavour });
  const target = join(output, `${flavour.packageName}_${version}_all.deb`);
  pack({ files, control: controlMembers(root, { version, flavour }, files), date, target });
  return `${target}\n`;
}

try {
  process.stdout.write(main(process.argv.slice(2)));
} catch (error) {
  // A file that cannot be written, say; anything else is a bug, and its stack trace is of use.
  const isExpected = error instanceof BuildProblem || (error instanceof Error && 'syscall' in error);
  if (!isExpected) throw error;
  process.stderr.write(`deb: ${error.message}\n`);
  process.exitCode = FAILED;
}
