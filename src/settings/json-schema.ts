import type { Key } from '../config/key.ts';
import { CATALOG, type Catalog } from './catalog.ts';
import { configKey } from './keys.ts';

/** A JSON Schema of the configuration file, for editors and reviews. */
export function configSchema({ keys }: Catalog = CATALOG): Readonly<Record<string, unknown>> {
  const rows = Object.values(keys);
  const aliased = rows.filter(({ alias }) => alias !== null);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `watcher: ${configKey.default}`,
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries([
      ...rows.map((key) => [key.name, property(key)]),
      ...aliased.map((key) => [key.alias, { ...property(key), description: `The same as ${key.name}.` }]),
    ]),
    // A key and its alias at once would be two answers to one question.
    allOf: aliased.map(({ name, alias }) => ({ not: { required: [name, alias] } })),
  };
}

function property({ type, doc, default: standard }: Key<unknown>): Readonly<Record<string, unknown>> {
  return { description: doc, default: writtenLike(type.schema, standard), ...type.schema };
}

/** The table has defaults as text; a file has booleans and numbers as such. */
function writtenLike(schema: Readonly<Record<string, unknown>>, standard: string): unknown {
  return schema['type'] === 'boolean' || schema['type'] === 'integer' ? JSON.parse(standard) : standard;
}
