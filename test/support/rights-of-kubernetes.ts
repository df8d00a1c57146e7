import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Admin } from '../../src/sandbox/kubernetes/admin.ts';
import type { KubernetesCluster } from './kubernetes.ts';
import { until } from './until.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1/namespaces';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');

/** The rules that a page says are needed. */
export function rulesIn(page: string): readonly Rule[] {
  const [, manifest = ''] = /<<'END'\n(.*?)\nEND\n/s.exec(readFileSync(join(DOCS, page), 'utf8')) ?? [];
  const roles = parseAllDocuments(manifest).map((each) => each.toJS() as { kind: string; rules?: readonly Rule[] });
  return roles.find(({ kind }) => kind === 'Role')!.rules!;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

/** Gives the user of the watcher rights in a namespace of a real API server, and waits until they count. */
export async function grant(
  { url, authority }: KubernetesCluster,
  admin: Admin,
  namespace: string,
  rules: readonly Rule[],
): Promise<void> {
  const name = 'watcher';
  await admin('POST', `${RBAC}/${namespace}/roles`, { metadata: { name }, rules });
  await admin('POST', `${RBAC}/${namespace}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'watcher' }],
  });
  const { apiGroups, resources, resourceNames } = rules[0]!;
  const one = resourceNames === undefined ? '' : `/${resourceNames[0]}`;
  const path = `/apis/${apiGroups[0]}/v1/namespaces/${namespace}/${resources[0]}${one}`;
  await until('the rights count', () => isAllowed(`${url}${path}`, authority!));
}

function isAllowed(url: string, ca: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const headers = { Authorization: 'Bearer watcher-token' };
    const sent = request(url, { headers, ca, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode !== 403);
    });
    sent.once('error', reject).end();
  });
}
