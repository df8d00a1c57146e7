import type { Answer } from '../http/deliver.ts';
import { apiVersionOf, type Target } from './resources.ts';
import { badRequest, expired, StatusError } from './status.ts';
import type { Store, Stored } from './store.ts';

/** A list that is read page by page: all pages say what there was at one version. */
interface Snapshot {
  readonly version: number;
  readonly items: readonly Stored[];
  readonly target: string;
}

/** The lists that are being read, by the tokens that they are gone on with. */
export class Lists {
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  answer(target: Target, query: URLSearchParams): Answer {
    const token = query.get('continue') ?? '';
    if (token !== '' && query.has('resourceVersion')) {
      throw new StatusError(400, 'BadRequest', 'resourceVersion is not allowed with continue');
    }
    const [snapshot, from] = token === '' ? [this.#snapshotOf(target, query), 0] : this.#goOn(token);
    const limit = Number(query.get('limit') ?? 0) || snapshot.items.length;
    const page = snapshot.items.slice(from, from + limit);
    const rest = snapshot.items.length - from - page.length;
    const next = rest > 0 ? { continue: this.#tokenFor(snapshot, from + page.length), remainingItemCount: rest } : {};
    const body = {
      kind: `${target.resource.kind}List`,
      apiVersion: apiVersionOf(target.resource),
      metadata: { resourceVersion: String(snapshot.version), ...next },
      items: page.map(({ kind: _, apiVersion: __, ...item }) => item),
    };
    return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  }

  #snapshotOf(target: Target, query: URLSearchParams): Snapshot {
    const items = this.#store.list(target).filter((object) => isSelected(object, query));
    return { version: this.#store.version, items, target: `${target.resource.name}/${target.namespace}` };
  }

  #goOn(token: string): [Snapshot, number] {
    const [id = '', from = ''] = Buffer.from(token, 'base64').toString('utf8').split(' ');
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined) throw badRequest('invalid continue token: continue key is not valid');
    if (snapshot.version < this.#store.compacted) {
      throw expired(
        'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
        { continue: this.#tokenFor({ ...snapshot, version: this.#store.version }, Number(from)) },
      );
    }
    return [snapshot, Number(from)];
  }

  #tokenFor(snapshot: Snapshot, from: number): string {
    const id = `${snapshot.target}@${snapshot.version}`;
    this.#snapshots.set(id, snapshot);
    return Buffer.from(`${id} ${from}`).toString('base64');
  }
}

/** Labels and the name are all that is selected by here; one that is not known selects nothing. */
export function isSelected({ metadata }: Stored, query: URLSearchParams): boolean {
  const labels = partsOf(query.get('labelSelector')).every(([key, value]) => metadata.labels?.[key] === value);
  const fields = partsOf(query.get('fieldSelector')).every(
    ([key, value]) => key === 'metadata.name' && metadata.name === value,
  );
  return labels && fields;
}

function partsOf(selector: string | null): readonly (readonly [string, string])[] {
  if (selector === null || selector === '') return [];
  return selector.split(',').map((part) => {
    const [key = '', value = ''] = part.split(/==?/);
    return [key, value] as const;
  });
}
