import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { createMachine } from 'xstate';
import { MACHINES } from '../../src/graph/machines.ts';
import { modelOf, statesIn } from '../../src/graph/model.ts';
import { roleOf } from '../../src/graph/roles.ts';
import { factsOf } from './machine-facts.ts';

describe.each(Object.entries<AnyStateMachine>(MACHINES))('the model of %s', (_, machine) => {
  const facts = factsOf(machine);
  const model = modelOf(machine);
  const states = statesIn(model.root);

  test('has every state with all that stands at it', () => {
    expect(states.map(({ id }) => id).toSorted()).toEqual(facts.nodes.map(({ id }) => id).toSorted());
    for (const node of facts.nodes) {
      const state = states.find(({ id }) => id === node.id)!;
      expect(state).toMatchObject({
        name: node.key,
        type: node.type,
        description: node.description ?? null,
        tags: node.tags,
        initial: node.type === 'compound' ? node.initial.target![0]!.id : null,
      });
      expect(state.states.map(({ name }) => name)).toEqual(Object.keys(node.states));
      const entry = node.entry.filter((action) => typeof action === 'string');
      expect(state.entry.map(({ name }) => name)).toEqual(expect.arrayContaining(entry));
    }
  });

  test('has every transition, those without an event too', () => {
    const edges = states.flatMap((state) => state.edges);
    const shown = edges.map(({ source, targets, event, guard, actions, kind, name }) => ({
      source,
      targets,
      event,
      guard: guard?.name ?? null,
      actions: actions.map((action) => action.name),
      delay: kind === 'after' ? name : null,
    }));
    expect(shown).toHaveLength(facts.transitions.length);
    expect(shown).toEqual(expect.arrayContaining([...facts.transitions]));
    expect(facts.transitions.length).toBeGreaterThan(10);
  });

  test('has every invoke', () => {
    const shown = states.flatMap(({ id: node, invokes }) => invokes.map(({ id }) => ({ node, id })));
    expect(shown).toEqual(facts.invokes);
  });

  test('names every delay', () => {
    const delays = new Set(facts.transitions.flatMap(({ delay }) => (delay === null ? [] : [delay])));
    expect(model.delays.map(({ name }) => name).toSorted()).toEqual([...delays].toSorted());
  });

  test('gives each of its edges a name of its own', () => {
    const ids = states.flatMap(({ edges }) => edges.map(({ id }) => id));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is plain data', () => {
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
  });
});

describe('the model', () => {
  const machines = Object.values<AnyStateMachine>(MACHINES).map(modelOf);
  const states = machines.flatMap(({ root }) => statesIn(root));

  test('has the descriptions of transitions', () => {
    const descriptions = states.flatMap(({ edges }) => edges.map(({ description }) => description));
    expect(descriptions).toContain('The command is stopped; its end ends the run.');
  });

  test('says which invokes are machines', () => {
    const invokes = Object.fromEntries(
      states.flatMap((state) => state.invokes.map(({ id, machine }) => [id, machine])),
    );
    expect(invokes).toMatchObject({
      clusterLock: 'clusterLock',
      refresh: 'command',
      handbrake: 'command',
      readPrimer: null,
    });
  });

  test('says for how long a fixed delay lasts', () => {
    expect(machines.flatMap(({ delays }) => delays)).toEqual(
      expect.arrayContaining([
        { name: 'startLimit', ms: 10_000 },
        { name: 'refreshDelay', ms: null },
      ]),
    );
  });

  test('knows good ends from bad ones by their exit codes', () => {
    const ends = states.filter(({ type }) => type === 'final').map((state) => [state.id, roleOf(state)]);
    expect(Object.fromEntries(ends)).toMatchObject({
      'watcher.refreshed': 'goodEnd',
      'watcher.skipped': 'goodEnd',
      'watcher.failed': 'badEnd',
      'watcher.aborted': 'badEnd',
      'command.ended': 'end',
    });
  });

  test('says when all guards before an edge refused', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { on: { go: [{ guard: () => false, target: 'b' }, { target: 'c' }], stop: 'c' } }, b: {}, c: {} },
    });
    const edges = modelOf(machine).root.states[0]!.edges;
    expect(edges.map(({ event, otherwise }) => [event, otherwise])).toEqual([
      ['go', false],
      ['go', true],
      ['stop', false],
    ]);
  });
});
