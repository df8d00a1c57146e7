import { isAuthoritative } from '../../machines/trust.ts';
import type { Flags } from '../config/sources.ts';
import { type Drift, findDrift } from '../drift/find-drift.ts';
import { formatDrift } from '../drift/format-drift.ts';
import { codeOfProblem } from '../exit-codes.ts';
import { Failed } from '../failure.ts';
import { createSecretFiles } from '../files/secret-files.ts';
import { haproxyServers } from '../haproxy/servers.ts';
import { FileProblem, messageOf } from '../host/file-problem.ts';
import { workingFolder } from '../host/working-folder.ts';
import { newIdentity } from '../identity.ts';
import { readPrimer } from '../node-files/primer.ts';
import { keepSecrets } from '../secrets.ts';
import { believedAnswers } from '../services/believed-answers.ts';
import { createDiscovery } from '../services/discovery.ts';
import { loadSettings } from '../settings/load-settings.ts';
import type { Settings } from '../settings/settings.ts';
import { asLines, printableJson } from '../text/printable.ts';
import { ANSWER_CODES } from './answer-codes.ts';
import type { Answer } from './command.ts';

const { none: NONE, some: SOME, unknown: UNKNOWN } = ANSWER_CODES.drift;

/**
 * `watcher drift`: where primer, discovery and the live HAProxy do not agree. The code is 0 for nowhere, 1 for somewhere,
 * and 3 where none was seen and one of them cannot be asked. Changes nothing. Throws `ConfigError`.
 */
export async function showDrift(flags: Flags, { json }: { readonly json: boolean }): Promise<Answer> {
  const { settings, warnings: said } = await loadSettings(flags, process.env, workingFolder());
  const secretFiles = createSecretFiles({ allowUnsafe: settings.allowUnsafeFiles });
  const { redact } = await keepSecrets(settings, secretFiles);
  const warnings = [...said];
  const note = (line: string) => {
    warnings.push(line);
  };
  const environment = process.env;
  const { runId } = newIdentity();
  const discovery = createDiscovery({ settings, runId, environment, redact, wantsAddresses: true, secretFiles, note });
  const { signal } = new AbortController();
  try {
    const { groups } = await readPrimer(settings.primerJsonFile, signal);
    const asked = groups.map(({ cluster, endpointSet }) => ({ cluster, endpointSet }));
    const { source } = discovery;
    const [answers, servers] = await Promise.all([
      believedAnswers({ source, settings, groups: asked, signal, isForced: false, note }),
      askForServers(settings, signal, note),
    ]);
    const drift = findDrift(groups, answers, servers);
    const text = json ? `${printableJson(drift)}\n` : asLines(formatDrift(drift));
    const isUnknown = (settings.haproxySocket !== null && servers === null) || !answers.every(isAuthoritative);
    return { text: redact(text), code: codeOf(drift, isUnknown), warnings: warnings.map((line) => redact(line)) };
  } catch (error) {
    if (!(error instanceof Failed || error instanceof FileProblem)) throw error;
    const code = codeOfProblem(error);
    // That one says that there is a drift.
    return { text: '', code: code === SOME.code ? UNKNOWN.code : code, warnings: [...warnings, redact(error.message)] };
  } finally {
    await discovery.allEnded();
    discovery.close();
  }
}

/** Null where HAProxy cannot be asked. */
async function askForServers({ haproxySocket }: Settings, signal: AbortSignal, note: (line: string) => void) {
  if (haproxySocket === null) {
    note('haproxy_socket is not set: HAProxy itself is not asked');
    return null;
  }
  try {
    return await haproxyServers(haproxySocket, signal);
  } catch (error) {
    note(messageOf(error));
    return null;
  }
}

function codeOf({ groups, strangers }: Drift, isUnknown: boolean): number {
  if (strangers.length > 0 || groups.some(({ pods }) => pods.length > 0)) return SOME.code;
  return (isUnknown ? UNKNOWN : NONE).code;
}
