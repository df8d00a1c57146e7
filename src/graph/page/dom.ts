/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void)>>;

/** An element with attributes, listeners (`onclick`) and children. Texts stay texts: nothing is ever read as HTML. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key.replace(/^on/, ''), value);
    else if (typeof value === 'boolean') element.toggleAttribute(key, value);
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/** A list of terms with what is to be said of each; terms without anything are left out. */
export function facts(pairs: readonly (readonly [string, readonly (Node | string)[]])[]): HTMLElement {
  return make(
    'dl',
    {},
    ...pairs
      .filter(([, values]) => values.length > 0)
      .flatMap(([term, values]) => [make('dt', {}, term), ...values.map((value) => make('dd', {}, value))]),
  );
}

/** Plain data as it may be shown: indented, and cut where nobody would read on. */
export function dataText(value: unknown): string {
  const text = JSON.stringify(value, null, 2) ?? 'nothing';
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}\n… ${text.length - SHOWN_MAX} characters more` : text;
}

const SHOWN_MAX = 20_000;
