import type * as v from 'valibot';

type Json = Readonly<Record<string, unknown>>;
type Schema = v.GenericSchema & Record<string, unknown>;

/** A valibot schema as JSON Schema: those kinds of it that the published formats are made of. */
export function jsonSchemaOf(schema: v.GenericSchema): Json {
  const { pipe, ...rest } = schema as Schema;
  const [base, ...checks] = (pipe as (Schema & { requirement: unknown; description?: string })[] | undefined) ?? [];
  if (base === undefined) return plainSchemaOf(rest as Schema);
  return Object.assign({}, jsonSchemaOf(base), ...checks.map(checkOf)) as Json;
}

function plainSchemaOf(schema: Schema): Json {
  switch (schema.type) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return { type: schema.type };
    case 'nullable':
      return { anyOf: [jsonSchemaOf(schema['wrapped'] as v.GenericSchema), { type: 'null' }] };
    case 'array':
      return { type: 'array', items: jsonSchemaOf(schema['item'] as v.GenericSchema) };
    case 'unknown':
      return {};
    case 'literal':
      return { const: schema['literal'] };
    case 'picklist':
      return { enum: schema['options'] };
    case 'union':
    case 'variant':
      return { anyOf: (schema['options'] as v.GenericSchema[]).map(jsonSchemaOf) };
    case 'record':
      return { type: 'object', additionalProperties: jsonSchemaOf(schema['value'] as v.GenericSchema) };
    // The one schema that contains itself is that of states.
    case 'lazy':
      return { type: 'object', additionalProperties: { $ref: '#/$defs/state' } };
    case 'strict_object':
    case 'loose_object':
      return objectOf(schema['entries'] as Record<string, Schema>, schema.type === 'loose_object');
    default:
      throw new Error(`no JSON Schema is known for ${schema.type}`);
  }
}

function objectOf(entries: Record<string, Schema>, isLoose: boolean): Json {
  const isOptional = (schema: Schema) => schema.type === 'exact_optional';
  const inner = (schema: Schema) => (isOptional(schema) ? (schema['wrapped'] as v.GenericSchema) : schema);
  return {
    type: 'object',
    properties: Object.fromEntries(Object.entries(entries).map(([key, schema]) => [key, jsonSchemaOf(inner(schema))])),
    required: Object.keys(entries).filter((key) => !isOptional(entries[key]!)),
    additionalProperties: isLoose,
  };
}

function checkOf({
  type,
  requirement,
  description,
}: {
  type: string;
  requirement: unknown;
  description?: string;
}): Json {
  switch (type) {
    case 'regex':
      return { pattern: (requirement as RegExp).source };
    case 'integer':
      return { type: 'integer' };
    case 'min_value':
      return { minimum: requirement };
    case 'max_value':
      return { maximum: requirement };
    case 'iso_timestamp':
      return { format: 'date-time' };
    case 'description':
      return { description };
    default:
      throw new Error(`no JSON Schema is known for ${type}`);
  }
}
