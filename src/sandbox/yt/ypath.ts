import { YtError, yt } from './errors.ts';

/** A path, taken apart: `#id/name/@attribute/below` or `//name/name/@attribute/below`. */
export interface YPath {
  /** The id that it starts from; null for the root of Cypress. */
  readonly id: string | null;
  readonly names: readonly string[];
  /** The names behind `@`; null when the path is that of the object itself. */
  readonly attribute: readonly string[] | null;
}

/** Reads a path. Attributes before it and a selection of rows or columns behind it are read over, as YT does. */
export function parseYPath(text: string): YPath {
  const [, path = ''] = /^(?:<[^>]*>)?((?:\\[\s\S]|[^\\[{])*)/.exec(text) ?? [];
  const [, root, rest = ''] = /^(\/|#[^/]*)([\s\S]*)$/.exec(path) ?? [];
  if (root === undefined) {
    throw new YtError(yt.generic, `Path "${text}" does not start with a valid root-designator`);
  }
  const literals = tokensOf(rest, text);
  const at = literals.findIndex((literal) => literal.startsWith('@'));
  const attribute = at === -1 ? null : [literals[at]!.slice(1), ...literals.slice(at + 1)];
  return {
    id: root === '/' ? null : root.slice(1),
    names: (at === -1 ? literals : literals.slice(0, at)).map(unescaped),
    attribute: attribute?.filter((name) => name !== '').map(unescaped) ?? null,
  };
}

/** What stands behind each slash, as it is spelled. */
function tokensOf(rest: string, whole: string): string[] {
  const literals: string[] = [];
  for (const [, literal] of rest.matchAll(/\/((?:\\[\s\S]|[^\\/&])*)&?/g)) literals.push(literal!);
  const isWhole = /^(?:\/(?:\\[\s\S]|[^\\/&])+&?)*$/.test(rest);
  if (!isWhole) throw new YtError(yt.generic, `Unexpected token in YPath "${whole}": expected "/name/name"`);
  return literals;
}

function unescaped(literal: string): string {
  return literal.replace(/\\(x[0-9a-fA-F]{2}|[\s\S])/g, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : code,
  );
}
