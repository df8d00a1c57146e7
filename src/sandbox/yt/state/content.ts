import type { YtMap, YtValue } from '../values.ts';
import type { Transaction } from './transactions.ts';

/** What can be written to a node. */
export interface Content {
  readonly value: YtValue;
  readonly attributes: YtMap;
}

export type Change = (content: Content) => Content;

/** Content with changes that only a transaction sees until it commits. */
export interface Versioned {
  content: Content;
  readonly changes: Map<Transaction, readonly Change[]>;
}

/** The content as the transaction sees it: with its own changes, and those of all that it is nested in. */
export function contentFor(versioned: Versioned, transaction: Transaction | null): Content {
  if (transaction === null) return versioned.content;
  const seenByParent = contentFor(versioned, transaction.parent);
  return (versioned.changes.get(transaction) ?? []).reduce((content, change) => change(content), seenByParent);
}

export function applyChange(
  versioned: Versioned,
  transaction: Transaction | null,
  ...changes: readonly Change[]
): void {
  if (transaction === null) versioned.content = changes.reduce((content, change) => change(content), versioned.content);
  else versioned.changes.set(transaction, [...(versioned.changes.get(transaction) ?? []), ...changes]);
}

/** The changes of a transaction become its parent's, or everybody's, or go with it. */
export function endChanges(versioned: Versioned, transaction: Transaction, committed: boolean): void {
  const changes = versioned.changes.get(transaction) ?? [];
  versioned.changes.delete(transaction);
  if (committed) applyChange(versioned, transaction.parent, ...changes);
}

/** A change of one attribute, or of something inside of it; undefined takes it away. */
export function attributeChange(names: readonly string[], value: YtValue | undefined): Change {
  return ({ value: own, attributes }) => ({ value: own, attributes: withMember(attributes, names, value) });
}

function withMember(map: YtMap, [name, ...below]: readonly string[], value: YtValue | undefined): YtMap {
  const { [name!]: old, ...others } = map;
  if (below.length > 0) return { ...others, [name!]: withMember(asMap(old), below, value) };
  return value === undefined ? others : { ...others, [name!]: value };
}

function asMap(value: YtValue | undefined): YtMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as YtMap) : {};
}
