import type { SecretFiles } from '../files/secret-files.ts';
import type { Authorities, ClientCertificate } from '../http/trust.ts';

/** Where an API server is, by whom it is believed, and as whom we show ourselves. */
export interface Access {
  /** Base URL, without a slash at its end. */
  readonly server: string;
  /** What `server` and the rest are from, for messages. */
  readonly place: string;
  /** Null: those of `ca_file`. */
  readonly authorities: Authorities | null;
  readonly serverName: string | null;
  readonly user: User;
  /** What is to be said although all of it can be used. */
  readonly notes: readonly string[];
}

/** As whom we show ourselves; all null: as nobody in particular. */
export interface User {
  readonly token: string | null;
  /** Replaced from time to time; counts before `token`. */
  readonly tokenFile: string | null;
  readonly certificate: ClientCertificate | null;
  readonly plugin: ExecPlugin | null;
}

/** A program that prints a token or a certificate (docs: ExecCredential of client.authentication.k8s.io). */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** What is given to it about the cluster, where it wants that. */
  readonly cluster: Readonly<Record<string, string>> | null;
  readonly installHint: string | null;
}

/** Which access is wanted. */
export interface Wanted {
  /** Null: the service account of the pod that this runs in. */
  readonly kubeconfig: string | null;
  /** Null: the current one. */
  readonly context: string | null;
}

export interface AccessTools {
  readonly files: SecretFiles;
  /** Where KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are, inside of a cluster. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where a pod has its service account. */
  readonly serviceAccount?: string;
}
