/** The picture of README: every state is in one of its boxes, and all of it can be read where README is shown. */
import { expect, test } from 'vitest';
import { MACHINES } from '../../src/graph/machines.ts';
import { modelOf, type StateModel, statesIn } from '../../src/graph/model.ts';
import { BOXES, FRAMES } from '../../src/graph/overview/boxes.ts';
import { overviewSvg } from '../../src/graph/overview/overview-svg.ts';
import { exitsOf } from '../../src/graph/overview/ways.ts';
import { needs } from '../support/needs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openPage, startBrowser } from './browser.ts';

const model = modelOf(MACHINES.watcher);
const states = new Map(statesIn(model.root).map((state) => [state.name, state]));

test('it has eight to ten boxes, and each state that they name is one of the machine', () => {
  expect(BOXES.length).toBeGreaterThanOrEqual(8);
  expect(BOXES.length).toBeLessThanOrEqual(10);
  expect([...BOXES.flatMap((box) => box.states), ...FRAMES.map(({ state }) => state)]).toEqual(
    expect.arrayContaining(model.root.states.map(({ name }) => name)),
  );
  for (const name of BOXES.flatMap((box) => box.states)) expect(states.has(name), name).toBe(true);
});

test('a frame is around the boxes of the states in it, and around no others', () => {
  for (const { state, from, to } of FRAMES) {
    const inside = statesIn(states.get(state)!).map(({ name }) => name);
    const framed = BOXES.filter((box) => box.states.some((name) => inside.includes(name)));
    expect([framed[0]!.states[0], framed.at(-1)!.states[0]]).toEqual([from, to]);
  }
});

test('what leads past a step is said beside it', () => {
  const compared = BOXES.findIndex((box) => box.states.includes('diffing'));
  const exit = exitsOf(model).find(({ from }) => from.kind === 'box' && from.index === compared)!;
  expect(BOXES[exit.to]!.states).toEqual(['reporting']);
  expect(exit.reasons).toEqual(expect.arrayContaining(['nothing to refresh', 'dry run']));
});

test('a state that no box has is an error, and so is a way back', () => {
  expect(() => exitsOf(withState({ name: 'pondering', id: 'watcher.pondering' }))).toThrow(
    'watcher.pondering is in no box of the overview',
  );
  const [edge] = states.get('checkingRunLock')!.edges;
  const back = { ...edge!, source: 'watcher.failed', targets: ['watcher.checkingRunLock'] };
  expect(() => exitsOf(withState({ id: 'watcher.failed', edges: [back] }))).toThrow('no way back');
});

test('in a browser, at the width of README, no text is small, leaves its place or lies over another', async () => {
  needs('chromium');
  const browser = await startBrowser();
  try {
    const viewport = { width: 900, height: 900 };
    const { page } = await openPage(browser, tempFolder(), `<body style="margin:0">${overviewSvg(model)}`, {
      viewport,
    });
    const texts = await page.locator('text').evaluateAll((elements) =>
      elements.map((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return { words: element.textContent, left, right, top, bottom };
      }),
    );
    const picture = (await page.locator('svg').boundingBox())!;
    expect(picture.width).toBeLessThanOrEqual(viewport.width);
    for (const [index, text] of texts.entries()) {
      expect(text.bottom - text.top, text.words).toBeGreaterThan(11);
      expect(text.right, text.words).toBeLessThanOrEqual(picture.width);
      const over = texts.slice(index + 1).filter((other) => !isApart(text, other));
      expect(over, text.words).toEqual([]);
    }
  } finally {
    await browser.close();
  }
});

interface Edges {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Lines of text may share the little room that no letter uses. */
function isApart(one: Edges, other: Edges): boolean {
  const beside = one.right <= other.left || other.right <= one.left;
  return beside || one.bottom <= other.top + 3 || other.bottom <= one.top + 3;
}

function withState(changed: Partial<StateModel>): typeof model {
  const others = model.root.states.filter(({ id }) => id !== changed.id);
  const state = { ...states.get('failed')!, ...changed };
  return { ...model, root: { ...model.root, states: [...others, state] } };
}
