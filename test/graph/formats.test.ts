import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { draw } from '../../src/graph/draw.ts';
import { MACHINES, type MachineName } from '../../src/graph/machines.ts';
import { type Drawable, FORMATS, type Format } from '../../src/graph/request.ts';
import { readBuilt } from './dist.ts';
import { factsOf, type Transition } from './machine-facts.ts';

const machines = Object.entries<AnyStateMachine>(MACHINES) as [MachineName, AnyStateMachine][];
const cases = FORMATS.flatMap((format) => machines.map(([name, machine]) => ({ format, name, machine })));

describe.each(cases)('$name as $format', ({ format, name, machine }) => {
  const facts = factsOf(machine);
  const drawing = drawn(format, name);

  test('shows every state', async () => {
    const text = await drawing;
    for (const { id } of facts.nodes.filter(({ parent }) => parent !== undefined)) {
      expect(text).toContain(format === 'mermaid' ? id.replaceAll('.', '_') : id);
    }
  });

  test('shows every transition with its event and its guard', async () => {
    const arrows = arrowsIn(await drawing, format);
    for (const transition of facts.transitions) {
      const found = arrows.filter((arrow) => leads(arrow, transition, format));
      expect(found.length, JSON.stringify(transition)).toBeGreaterThan(0);
      const words = found.flatMap(({ words: each }) => each);
      expect(
        words.some((line) => says(line, transition)),
        `${JSON.stringify(transition)} in ${words.join(' | ')}`,
      ).toBe(true);
    }
  });

  test('shows no transition that the machine does not have', async () => {
    const arrows = arrowsIn(await drawing, format);
    for (const arrow of arrows.filter(({ target }) => target !== null)) {
      expect(
        facts.transitions.some((transition) => leads(arrow, transition, format)),
        JSON.stringify(arrow),
      ).toBe(true);
    }
  });

  test('shows every invoke and every delay', async () => {
    const text = await drawing;
    for (const { id } of facts.invokes) expect(text).toContain(format === 'json' ? `"id": "${id}"` : id);
    for (const { delay } of facts.transitions) if (delay !== null) expect(text).toContain(delay);
  });
});

test('all machines stand in one drawing', async () => {
  for (const format of ['mermaid', 'dot', 'svg'] as const) {
    const text = await drawn(format, 'all');
    for (const inner of ['awaitingYtLock', 'backingOff', 'terminating']) expect(text, format).toContain(inner);
  }
});

test('a drawing is the same whenever it is drawn', async () => {
  for (const format of FORMATS) {
    const once = await drawn(format, 'all');
    expect(await drawn(format, 'all')).toBe(once);
  }
});

test('a picture asks nobody for anything, and knows day, night and paper', async () => {
  const text = await drawn('svg', 'all');
  expect(text.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|url\(|<script|<image/);
  expect(text).toContain('@media (prefers-color-scheme:dark)');
  expect(text).toContain('@media print');
});

function drawn(format: Format, machine: Drawable): Promise<string> {
  return draw({ format, machine, recordings: [], readPart: readBuilt });
}

interface ShownArrow {
  /** The ids of the states, dots or not; null for what stays in its state. */
  readonly source: string;
  readonly target: string | null;
  readonly words: readonly string[];
}

/** Every arrow of a drawing, and every line of text that stands in a state, as they can be read from the text alone. */
function arrowsIn(text: string, format: Format): readonly ShownArrow[] {
  switch (format) {
    case 'json':
      return arrowsOfModel(JSON.parse(text).machines[0].root);
    case 'mermaid':
      return text.split('\n').flatMap(mermaidArrow);
    case 'dot':
      return text.split('\n').flatMap(dotArrow);
    case 'svg':
      return svgArrows(text);
    case 'html':
      return svgArrows(/<template[\s\S]*?<\/template>/.exec(text)![0]);
  }
}

interface JsonState {
  readonly id: string;
  readonly edges: readonly Readonly<Record<string, unknown>>[];
  readonly states: readonly JsonState[];
}

function arrowsOfModel(state: JsonState): ShownArrow[] {
  const own = state.edges.flatMap((edge): ShownArrow[] => {
    const words = [JSON.stringify(edge)];
    const targets = edge['targets'] as string[];
    return targets.length === 0
      ? [{ source: state.id, target: null, words }]
      : targets.map((target) => ({ source: state.id, target, words }));
  });
  return [...own, ...state.states.flatMap(arrowsOfModel)];
}

function mermaidArrow(line: string): ShownArrow[] {
  const [, source, target, words = ''] = /^ +(\w+) --> (\w+)(?: : (.*))?$/.exec(line) ?? [];
  if (source !== undefined) return [{ source, target: target!, words: [words] }];
  const [, inside, stays] = /^ +(\w+) : (.*)$/.exec(line) ?? [];
  if (inside !== undefined) return [{ source: inside, target: null, words: [stays!] }];
  const [, title, composite] = /^ +state "(.*)" as (\w+)/.exec(line) ?? [];
  return composite === undefined ? [] : [{ source: composite, target: null, words: [title!] }];
}

function dotArrow(line: string): ShownArrow[] {
  const [, ids, label] = / -> .*\[id="([^"]+ [^"]+)".*label=<(.*)>\]$/.exec(line) ?? [];
  if (ids !== undefined) return [arrow(ids, label!.split('<br align="left"/>'))];
  const [, id, inner] = /\[id="([^"]+?)(?:\/desk)?".*label=<(.*)>\]$/.exec(line) ?? [];
  return id === undefined ? [] : [{ source: id, target: null, words: [inner!.replace(/<[^>]*>/g, ' ')] }];
}

function svgArrows(text: string): ShownArrow[] {
  return text
    .split('<g id="')
    .slice(1)
    .map((part) => {
      const id = part.slice(0, part.indexOf('"')).replaceAll('&#45;', '-');
      const words = [...part.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, word]) =>
        word!.replaceAll('&#160;', ' '),
      );
      if (/ class="edge way/.test(part)) return arrow(id, words);
      return { source: id.replace(/\/desk$/, ''), target: null, words: [words.join(' ')] };
    });
}

function arrow(ids: string, words: readonly string[]): ShownArrow {
  const [source, target] = ids.split(' ');
  return { source: source!, target: target!, words };
}

function leads(shown: ShownArrow, { source, targets }: Transition, format: Format): boolean {
  const name = (id: string) => (format === 'mermaid' ? id.replaceAll('.', '_') : id);
  const begins = format === 'mermaid' && shown.source === '*';
  if (begins || shown.source !== name(source)) return false;
  return shown.target === null ? targets.length === 0 : targets.map(name).includes(shown.target);
}

/** The event's own name, or for what XState names itself the word that people use, and the name of the guard. */
function says(line: string, { event, guard, delay }: Transition): boolean {
  const trigger =
    delay ??
    (/^xstate\.(done|error)\./.exec(event)?.[1] === 'error'
      ? /failed|xstate\.error/
      : event.startsWith('xstate.done')
        ? /done/
        : event);
  return line.match(trigger) !== null && line.includes(guard ?? '');
}
