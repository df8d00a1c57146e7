import type { AskCommand } from '../command/ask-command.ts';
import { createLoneCommands } from '../command/lone-commands.ts';
import { SOURCES } from '../discovery/index.ts';
import type { Source } from '../discovery/source.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import { createHttpClients, type HttpClients, type SharedOptions } from '../http/clients.ts';
import { createTrust } from '../http/trust.ts';
import type { Settings } from '../settings/settings.ts';
import type { Redact } from '../text/redact.ts';
import { VERSION } from '../version.ts';

export interface DiscoveryOptions {
  readonly settings: Settings;
  readonly runId: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Takes secrets out of a text. */
  readonly redact: Redact;
  /** False: only names are compared, and addresses need not be found out. */
  readonly wantsAddresses: boolean;
  /** Right before each start; by default whoever asks is no run, which has done so as it began. */
  readonly looksAtPrograms?: boolean;
  readonly secretFiles: SecretFiles;
  /** Hears what does not stop a run but ought to be put right. */
  readonly note: (line: string) => void;
  /** Hears of every reply over HTTP. */
  readonly onReply?: SharedOptions['onReply'];
}

export interface Discovery {
  readonly source: Source;
  /** For the lock service: the same proxy and the same authorities. */
  readonly http: HttpClients;
  /** For the lock service as well: runs a command for what it prints. */
  readonly ask: AskCommand;
  /** Settles when no command that was run for what it prints is left. */
  allEnded(): Promise<void>;
  /** Drops idle connections. */
  close(): void;
}

/** The source that is configured, and what it is asked through. */
export function createDiscovery(options: DiscoveryOptions): Discovery {
  const { settings, runId, environment, redact, wantsAddresses, secretFiles, note, onReply } = options;
  const trust = createTrust({ caFile: settings.caFile, extraFile: environment['NODE_EXTRA_CA_CERTS'] ?? null });
  const http = createHttpClients({
    proxyUrl: settings.proxyUrl,
    trust,
    userAgent: `watcher/${VERSION}`,
    ...(onReply && { onReply }),
  });
  const { ask, allEnded } = createLoneCommands({
    runId,
    looksAtPrograms: options.looksAtPrograms ?? !settings.allowUnsafeFiles,
    killGraceMs: settings.killGraceMs,
    environment,
    redact,
  });
  const source = SOURCES[settings.source].create(settings, {
    http,
    secretFiles,
    askCommand: ask,
    environment,
    wantsAddresses,
    note,
  });
  return { source, http, ask, allEnded, close: () => http.close() };
}
