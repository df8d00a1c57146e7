import { ConfigError } from '../config/config-error.ts';
import { CONFIG_KEY } from '../config/key.ts';
import type { Flags } from '../config/sources.ts';
import { codeOfProblem } from '../exit-codes.ts';
import { Failed } from '../failure.ts';
import { createSecretFiles } from '../files/secret-files.ts';
import { FileProblem } from '../host/file-problem.ts';
import { workingFolder } from '../host/working-folder.ts';
import { newIdentity } from '../identity.ts';
import { DEFAULT_TEMPLATE } from '../prime/default-template.ts';
import { prime } from '../prime/prime.ts';
import { keepSecrets } from '../secrets.ts';
import { createDiscovery } from '../services/discovery.ts';
import { loadSettings } from '../settings/load-settings.ts';
import { asLines, printable } from '../text/printable.ts';
import { ANSWER_CODES } from './answer-codes.ts';
import type { Answer } from './command.ts';

interface PrimeRequest {
  /** Render and check only. */
  readonly check: boolean;
  /** Show what would change only. */
  readonly diff: boolean;
}

/**
 * `watcher prime`: makes HAProxy's configuration and the primer of what discovery says now. What is quoted is
 * HAProxy’s. Throws `ConfigError` about settings, prime file and template, before anything was touched.
 */
export async function primeCommand(flags: Flags, { check, diff }: PrimeRequest): Promise<Answer> {
  const { settings, values, warnings: said } = await loadSettings(flags, process.env, workingFolder());
  const secretFiles = createSecretFiles({ allowUnsafe: settings.allowUnsafeFiles });
  const { redact } = await keepSecrets(settings, secretFiles);
  const warnings = [...said];
  let shown = '';
  const answer = (text: string, code: number): Answer => ({
    text: asLines(redact(text)),
    code,
    warnings: warnings.map((line) => redact(line)),
    quoted: redact(printable(shown)),
  });
  const { runId } = newIdentity();
  const note = (line: string) => {
    warnings.push(line);
  };
  const environment = process.env;
  const forSource = { settings, runId, environment, redact, wantsAddresses: true, secretFiles, note };
  const discovery = createDiscovery(forSource);
  try {
    const text = await prime({
      settings,
      configFile: values.find(({ key }) => key === CONFIG_KEY)!.value,
      source: discovery.source,
      environment,
      signal: new AbortController().signal,
      // A forced run says so to its refresh command.
      isForced: settings.forceRun || process.env['WATCHER_REASON'] === 'forced',
      isDry: check || diff || settings.dryRun,
      showsDiff: diff,
      note,
      show: (output) => {
        shown += output.endsWith('\n') ? output : `${output}\n`;
      },
    });
    return answer(text, ANSWER_CODES.prime.done.code);
  } catch (error) {
    if (!(error instanceof Failed || error instanceof FileProblem)) throw error;
    warnings.push(error.message);
    return answer('', codeOfProblem(error));
  } finally {
    await discovery.allEnded();
    discovery.close();
  }
}

/** `watcher prime --show_template`. Throws `ConfigError` for a setting, which would change nothing. */
export function showTemplate(flags: Flags): Answer {
  const [key] = Object.keys(flags);
  if (key !== undefined) throw new ConfigError([`flag --${key} is not valid for the template`]);
  return { text: DEFAULT_TEMPLATE, code: 0 };
}
