import type { AskCommand } from '../command/ask-command.ts';
import type { SecretFiles } from '../files/secret-files.ts';
import type { HttpClients } from '../http/clients.ts';
import type { Access, AccessTools, Wanted } from './access.ts';
import { type ApiOptions, createApi, type KubernetesApi } from './api.ts';
import { accessOfContext } from './kubeconfig.ts';
import { accessOfServiceAccount } from './service-account.ts';

/** What of a run it takes to speak to an API server. */
export interface ConnectContext {
  readonly http: HttpClients;
  readonly secretFiles: SecretFiles;
  readonly askCommand: AskCommand;
  readonly environment: NodeJS.ProcessEnv;
  readonly note: (line: string) => void;
}

/** The API server of some settings, whose files are read when it is first needed. */
export function connector(
  wanted: Wanted,
  { http, secretFiles: files, askCommand: ask, environment, note }: ConnectContext,
  limits: ApiOptions['limits'],
): () => Promise<KubernetesApi> {
  let made: Promise<KubernetesApi> | null = null;

  async function make(): Promise<KubernetesApi> {
    const access = await readAccess(wanted, { files, environment });
    for (const line of access.notes) note(line);
    return createApi({ access, http, limits, files, ask });
  }

  return () => {
    made ??= make();
    return made;
  };
}

/** Reads how an API server is reached, asking nobody. Rejects with a `KubernetesProblem` of the kind `credentials`. */
function readAccess({ kubeconfig, context }: Wanted, tools: AccessTools): Promise<Access> {
  return kubeconfig === null ? accessOfServiceAccount(tools) : accessOfContext(kubeconfig, context, tools.files);
}
