import { createHash } from 'node:crypto';
import { replacing } from '../../machines/replacing.ts';
import type { Group } from '../../machines/vocabulary.ts';
import { acceptProgramsNow } from '../command/programs-of.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Source } from '../discovery/source.ts';
import { Failed } from '../failure.ts';
import { readGuardedFile } from '../files/guarded-file.ts';
import { readSmallFile } from '../files/read-small-file.ts';
import { filePair } from '../files/replace-pair.ts';
import { FileProblem } from '../host/file-problem.ts';
import { formatStranger } from '../host/trusted-user.ts';
import { bindName } from '../host-lock/abstract-socket.ts';
import { ownerOfName } from '../host-lock/name-owner.ts';
import { counted } from '../report/format-changes.ts';
import { believedAnswers } from '../services/believed-answers.ts';
import type { Settings } from '../settings/settings.ts';
import { lineDiff } from '../text/line-diff.ts';
import { checkConfig, pathOfChecks, type TemplateLines, withTemplateLines } from './check-config.ts';
import { checkPlaces } from './check-places.ts';
import { DEFAULT_TEMPLATE } from './default-template.ts';
import { countPods, formatPods } from './format-pods.ts';
import { loadEngine } from './load-engine.ts';
import { type LoadedPrime, readPrimeFile, unreadable } from './prime-file.ts';
import type { PrimeFile } from './prime-schema.ts';
import { type FoundPrimer, findPrimer, primerText } from './primer-text.ts';
import { templateData } from './template-data.ts';

const configBytesMax = 64 * 1024 * 1024;
const templateBytesMax = 1_048_576;

export interface PrimeOptions {
  readonly settings: Settings;
  /** Where these were read from. */
  readonly configFile: string;
  readonly source: Source;
  readonly environment: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** A refresh that is forced takes what discovery cannot say from what HAProxy has. */
  readonly isForced: boolean;
  /** Nothing is replaced. */
  readonly isDry: boolean;
  /** What would change is printed. */
  readonly showsDiff: boolean;
  /** Hears what does not stop it but ought to be put right. */
  readonly note: (line: string) => void;
  /** Given what HAProxy printed, as it printed it. */
  readonly show: (text: string) => void;
}

/**
 * Makes HAProxy's configuration and the primer of what discovery says now, and replaces both together; answers with what
 * it did. Throws `ConfigError` about the prime file and the template, and `Failed` for what may not be replaced.
 */
export async function prime(options: PrimeOptions): Promise<string> {
  const { settings, isDry, note } = options;
  const loaded = await readPrimeFile(settings.primeFile, settings.allowUnsafeFiles);
  loaded.warnings.forEach(note);
  checkPlaces(loaded, options);
  const config = loaded.prime.haproxy_config;
  const pair = filePair([config, settings.primerJsonFile]);
  const name = `watcher-prime:${createHash('sha256').update(config).digest('hex')}`;
  const claim = await bindName(name);
  if (claim === null) throw new FileProblem(config, inTheWay(name));
  try {
    if (!isDry) (await pair.mend()).forEach(note);
    else if (await pair.isHalfDone()) note(`${config}: was half replaced; the next watcher prime completes that first`);
    return await make(loaded, options, pair);
  } finally {
    await claim.release();
  }
}

/** Anybody on this host may claim a name: one who is no prime is named, so that it can be ended. */
function inTheWay(name: string): string {
  const owner = ownerOfName(name);
  if (owner.kind === 'trusted') return `another watcher prime (pid ${owner.pid}) is at work on it`;
  if (owner.kind === 'nobody') return 'another watcher prime was at work on it just now';
  const whose = owner.kind === 'unknown' ? 'a process of another user; run it as root to see which' : strangers(owner);
  return `its name in the kernel, the abstract socket @${name}, is taken by ${whose}`;
}

function strangers({ pid, uid }: { readonly pid: number; readonly uid: number }): string {
  return `pid ${pid}, which ${formatStranger(uid)}; end that process`;
}

async function make(loaded: LoadedPrime, options: PrimeOptions, pair: ReturnType<typeof filePair>): Promise<string> {
  const { settings, isDry, showsDiff } = options;
  const { prime: primeFile } = loaded;
  const config = primeFile.haproxy_config;
  const primer = await findPrimer(settings.primerJsonFile);
  const { groups, diff } = await decide(primeFile, primer, options);
  const { data, placed } = inPrimeFile(settings.primeFile, () =>
    templateData(primeFile, groups, primer.groups, primer.places),
  );
  const rendered = await renderTemplate(loaded, data, options);
  await check(loaded, rendered, options);

  const before = await readSmallFile(config, configBytesMax).catch(orEmpty);
  const next = primerText(groups, placed);
  const difference = lineDiff(before ?? '', rendered.config);
  const what = `${countPods(diff)}; ${config} has ${counted(placed.length, 'server')}`;
  if (isDry) {
    const shown = showsDiff
      ? `${difference === '' ? `${config} would stay as it is\n` : `--- ${config}\n+++ ${config} (new)\n${difference}`}${formatPods(diff)}`
      : '';
    return `${shown}nothing was replaced: ${what}\n`;
  }
  if (before === rendered.config && primer.text === next) return `nothing to replace: ${what}\n`;
  await pair.replace([
    { path: config, content: rendered.config, mode: 0o644 },
    { path: settings.primerJsonFile, content: next, mode: 0o644 },
  ]);
  return `replaced ${config} and ${settings.primerJsonFile}: ${what}\n`;
}

/** What discovery says, where it may be believed. */
async function decide(primeFile: PrimeFile, primer: FoundPrimer, options: PrimeOptions) {
  const { settings, source, signal, isForced, note } = options;
  const groups = primeFile.groups.map((group) => ({ cluster: group.cluster_name, endpointSet: group.endpoint_set_id }));
  const answers = await believedAnswers({ source, settings, groups, signal, isForced, note });
  const decision = replacing(primer.groups, answers, { ...settings, forceRun: isForced });
  if (decision.refused !== null) throw new Failed(decision.refused.kind, decision.refused.message);
  for (const key of decision.kept) note(`${key}: discovery has no answer to believe; its pods stay as they are`);
  return decision as { readonly groups: readonly Group[]; readonly diff: typeof decision.diff };
}

/** What is wrong with a group is the prime file's to correct. */
function inPrimeFile<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(error.problems.map((problem) => `${path}: ${problem}`));
  }
}

type Rendered = TemplateLines & { readonly config: string };

async function renderTemplate(
  { prime: { template: path }, placeOf }: LoadedPrime,
  data: object,
  { settings, note }: PrimeOptions,
): Promise<Rendered> {
  const read = async (from: string) => {
    const advice = 'correct it, or leave template out for the one that ships';
    const { text, warnings } = await readGuardedFile(from, templateBytesMax, settings.allowUnsafeFiles).catch(
      (error) => {
        throw unreadable(error, advice, `${placeOf(['template'])}: `);
      },
    );
    warnings.forEach(note);
    return text;
  };
  const text = path === undefined ? DEFAULT_TEMPLATE : await read(path);
  const name = path ?? 'the template that ships';
  const render = await loadEngine();
  const answer = render({ template: text, data });
  if ('problem' in answer) throw new ConfigError([`${name}:${answer.line}: ${answer.problem}`]);
  return { name, text, lines: answer.lines, config: answer.text.endsWith('\n') ? answer.text : `${answer.text}\n` };
}

/** HAProxy has the last word; what it prints is shown also when all is well, for it may be a warning. */
async function check(
  { prime: { haproxy_config: name, check: command }, placeOf }: LoadedPrime,
  rendered: Rendered,
  { settings, environment, note, show }: PrimeOptions,
): Promise<void> {
  const place = placeOf(['check']);
  const access = await acceptProgramsNow(command, pathOfChecks(environment), settings.allowUnsafeFiles).catch(
    (error) => {
      throw unreadable(error, 'correct check', `${place}: `);
    },
  );
  access.forEach(note);
  const { isGood, output, end, file } = await checkConfig({ command, name, text: rendered.config, environment });
  const isTelling = !isGood || /warning|alert/i.test(output);
  if (isTelling && output.trim() !== '') show(withTemplateLines(output, file, rendered));
  if (isGood) return;
  const advice = `correct the template, the prime file or its check (${place})`;
  throw new FileProblem(name, `is left as it is: the check of the new configuration ${end}: ${advice}`);
}

function orEmpty(error: unknown): null {
  if (error instanceof FileProblem && error.code === 'ENOENT') return null;
  throw error;
}
