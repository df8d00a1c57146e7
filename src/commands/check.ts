import { checkNode } from '../check/check-node.ts';
import { bad, type Finding, good } from '../check/finding.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Flags } from '../config/sources.ts';
import { PATIENCE_MS, withPatience } from '../files/patience.ts';
import { createSecretFiles } from '../files/secret-files.ts';
import { FileProblem } from '../host/file-problem.ts';
import { workingFolder } from '../host/working-folder.ts';
import { keepSecrets } from '../secrets.ts';
import { configKey } from '../settings/keys.ts';
import { loadSettings } from '../settings/load-settings.ts';
import { asOneLine, printableJson } from '../text/printable.ts';
import { formatRows, type Row } from '../text/rows.ts';
import { ANSWER_CODES } from './answer-codes.ts';
import type { Answer } from './command.ts';
import { pageOf } from './page-of.ts';

const TITLE_WIDTH = 20;

/** `watcher check`: all that a run needs, looked at at once. The code is 0 when all is well, 1 when something is not. */
export async function check(flags: Flags, { json }: { readonly json: boolean }): Promise<Answer> {
  const findings = await withPatience({ ms: PATIENCE_MS }, async (silent) => {
    const found = await findAll(flags);
    const unsaid = silent().filter(({ message }) => !found.some(({ text }) => text.includes(message)));
    return [...found, ...unsaid.map(({ message }) => bad('disk', message))];
  });
  const text = json
    ? `${printableJson({ good: isAllGood(findings), findings })}\n`
    : formatRows(findings.map(rowOf), TITLE_WIDTH, pageOf(process.stdout));
  return { text, code: ANSWER_CODES.check[isAllGood(findings) ? 'good' : 'bad'].code };
}

async function findAll(flags: Flags): Promise<readonly Finding[]> {
  try {
    const { settings, values, warnings } = await loadSettings(flags, process.env, workingFolder());
    const secretFiles = createSecretFiles({ allowUnsafe: settings.allowUnsafeFiles });
    const { redact } = await keepSecrets(settings, secretFiles);
    const file = values.find(({ key }) => key === configKey.name);
    return [
      good('configuration', file === undefined ? 'no file' : `${file.value} (${file.origin})`),
      ...warnings.map((warning) => bad('configuration', warning)),
      ...(await checkNode({ settings, environment: process.env, redact, secretFiles })),
    ];
  } catch (error) {
    if (error instanceof FileProblem) return [bad('rest', 'not looked at, for it would wait for what does not answer')];
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => bad('configuration', problem));
  }
}

function isAllGood(findings: readonly Finding[]): boolean {
  return findings.every(({ isGood }) => isGood);
}

function rowOf({ about, isGood, text }: Finding): Row {
  return { title: `${isGood ? 'ok  ' : 'FAIL'} ${about}`, text: asOneLine(text), isAlarm: !isGood };
}
