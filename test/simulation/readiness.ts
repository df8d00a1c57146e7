import type { SecretFiles } from '../../src/files/secret-files.ts';
import { file } from '../../src/locks/file/backend.ts';
import { checkReadiness } from '../../src/services/readiness.ts';
import { fileOf } from './locks/file.ts';
import { HANDBRAKE_PROGRAM, REFRESH_PROGRAM } from './node/paths.ts';
import type { Process } from './process.ts';
import type { LockKind } from './scenario.ts';

/** What a run asks of its node before it begins, as it ships. Only the lock `file` has anything to ask of a node. */
export function readinessOf({ host }: Process, lock: LockKind) {
  const { paths, plan } = host;
  const settings = {
    stateFile: paths.state,
    statFile: paths.statistics,
    handbrakeCommand: [HANDBRAKE_PROGRAM],
    haproxyRefreshCommand: [REFRESH_PROGRAM],
    haproxyVerifyCommand: null,
    allowUnsafeFiles: false,
  };
  const backends = async () => {
    if (lock === 'file') await file.ready!({ lockFile: fileOf(plan.domain) }, {} as SecretFiles);
  };
  return () => checkReadiness({ settings, sourceCommands: [], environment: {}, backends });
}
