type Json = Readonly<Record<string, unknown>>;

/** What is wrong with a value by a JSON Schema, one line each; knows the keywords of the schemas in docs/, and no other. */
export function schemaProblems(schema: Json, value: unknown, root: Json = schema, at = '$'): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => problemsBy(keyword, rule, schema, value, root, at));
}

function problemsBy(keyword: string, rule: unknown, schema: Json, value: unknown, root: Json, at: string): string[] {
  const complain = (isWrong: boolean) => (isWrong ? [`${at}: ${keyword} ${JSON.stringify(rule)}`] : []);
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const entries = isObject ? Object.entries(value) : [];
  switch (keyword) {
    case '$schema':
    case '$id':
    case '$defs':
    case 'title':
    case 'description':
    case 'format':
      return [];
    case '$ref':
      return schemaProblems((root['$defs'] as Record<string, Json>)[String(rule).split('/').at(-1)!]!, value, root, at);
    case 'type':
      return complain(
        rule === 'object'
          ? !isObject
          : rule === 'array'
            ? !Array.isArray(value)
            : rule === 'integer'
              ? !Number.isInteger(value)
              : rule === 'null'
                ? value !== null
                : typeof value !== rule,
      );
    case 'const':
      return complain(value !== rule);
    case 'enum':
      return complain(!(rule as unknown[]).includes(value));
    case 'pattern':
      return complain(typeof value === 'string' && !new RegExp(String(rule)).test(value));
    case 'minimum':
      return complain(Number(value) < Number(rule));
    case 'maximum':
      return complain(Number(value) > Number(rule));
    case 'required':
      return complain(!(rule as string[]).every((key) => entries.some(([name]) => name === key)));
    case 'anyOf':
    case 'oneOf': {
      const fitting = (rule as Json[]).filter((one) => schemaProblems(one, value, root, at).length === 0).length;
      return fitting === 1 || (fitting > 0 && keyword === 'anyOf') ? [] : [`${at}: ${fitting} of ${keyword} fit`];
    }
    case 'properties':
      return entries.flatMap(([key, inner]) => {
        const known = (rule as Record<string, Json>)[key];
        return known === undefined ? [] : schemaProblems(known, inner, root, `${at}.${key}`);
      });
    case 'items':
      return (Array.isArray(value) ? value : []).flatMap((inner, index) =>
        schemaProblems(rule as Json, inner, root, `${at}[${index}]`),
      );
    case 'additionalProperties': {
      const known = Object.keys((schema['properties'] as Json | undefined) ?? {});
      const others = entries.filter(([key]) => !known.includes(key));
      if (typeof rule === 'boolean') return complain(!rule && others.length > 0);
      return others.flatMap(([key, inner]) => schemaProblems(rule as Json, inner, root, `${at}.${key}`));
    }
    default:
      throw new Error(`unknown keyword ${keyword}`);
  }
}
