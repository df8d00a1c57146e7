/** What machines say to one another, step by step, where each step is made up. */
import { expect, test } from 'vitest';
import { actorName, RUN } from '../../src/record/recorded-machines.ts';
import { beginConversation } from '../../src/replay/conversation.ts';
import type { Step } from '../../src/replay/pure-machine.ts';
import type { RecordedEvent } from '../../src/replay/read-recording.ts';

const LOCK = 'clusterLock';
const nobodyIsOver = () => false;

const step = (...effects: readonly object[]) => ({ effects }) as unknown as Step;
const raise = (type: string) => ({ type: 'xstate.raise', params: { event: { type } } });
const cancel = (type: string) => ({ type: 'xstate.cancel', params: type });
const send = (event: object, targetId?: string) => ({ type: 'xstate.sendTo', params: { targetId, event } });
const start = (input: object, id = LOCK) => ({ type: 'xstate.spawnChild', params: { id, input } });
const heard = (type: string, more: object = {}, actor: string = RUN) =>
  ({ actor, event: { type, ...more } }) as unknown as RecordedEvent;
const begins = (input: object, actor = LOCK) => heard('xstate.init', { input }, actor);

const NO_TIMER = { recorded: `${RUN} hears xstate.after.x`, now: 'no such timer is set' };

test('a timer goes off once, where it was set and not cancelled, and for who set it', () => {
  const conversation = beginConversation();
  const timer = heard('xstate.after.x');
  expect(conversation.checkTimer(timer)).toEqual(NO_TIMER);
  conversation.listen(RUN, step(raise('xstate.after.x')));
  expect(conversation.checkTimer(heard('xstate.after.x', {}, LOCK))).toMatchObject({ now: 'no such timer is set' });
  expect(conversation.checkTimer(timer)).toBe(null);
  expect(conversation.checkTimer(timer)).toEqual(NO_TIMER);
  conversation.listen(RUN, step(raise('xstate.after.x'), cancel('xstate.after.x')));
  expect(conversation.checkTimer(timer)).toEqual(NO_TIMER);
});

test('messages come in the order and with the data in which they were sent', () => {
  const conversation = beginConversation();
  conversation.listen(LOCK, step(send({ type: 'lockHeld' }), send({ type: 'lockConfirmed', leaseLeftMs: 7 })));
  expect(conversation.checkMessage(heard('lockConfirmed', { leaseLeftMs: 7 }))).toMatchObject({
    now: 'the event is {"type":"lockHeld"}',
  });
  expect(conversation.checkMessage(heard('lockHeld'))).toBe(null);
  expect(conversation.checkMessage(heard('lockConfirmed', { leaseLeftMs: 8 }))).not.toBe(null);
  expect(conversation.checkMessage(heard('lockConfirmed', { leaseLeftMs: 7 }))).toBe(null);
  const nothing = { recorded: `${RUN} receives {"type":"lockHeld"}`, now: 'no event follows' };
  expect(conversation.checkMessage(heard('lockHeld'))).toEqual(nothing);
  expect(beginConversation().checkMessage(heard('lockHeld'))).toEqual(nothing);
  for (const type of ['abort', 'childReady', 'childExited', 'groupGone', 'groupLives'])
    expect(conversation.checkMessage(heard(type)), type).toBe(null);
});

test('of a message that a part is missing of, its kind is enough, and it has come', () => {
  const conversation = beginConversation();
  const part = { ...heard('lockConfirmed'), context: {} };
  conversation.listen(LOCK, step(send({ type: 'lockConfirmed', leaseLeftMs: 7 })));
  expect(conversation.checkMessage({ ...heard('lockHeld'), context: {} })).not.toBe(null);
  expect(conversation.checkMessage(part)).toBe(null);
  expect(conversation.checkMessage(part)).not.toBe(null);
});

test('nobody waits for what is not said to a machine, and of a long message the beginning is shown', () => {
  const conversation = beginConversation();
  conversation.listen(RUN, step({ type: 'xstate.emit', params: { event: { type: 'compared' } } }));
  conversation.listen(LOCK, step(send({ type: 'renew' }, 'renewLock')));
  expect(conversation.findUnheard(null, nobodyIsOver)).toBe(null);
  const shownOf = (letters: number) =>
    conversation
      .checkMessage(heard('y'.repeat(letters - '{"type":""}'.length)))!
      .recorded.slice('watcher receives '.length);
  expect([shownOf(200).length, shownOf(201)]).toEqual([200, `${shownOf(201).slice(0, 200)}…`]);
});

test('a machine begins with what it was started with, as often as it was started', () => {
  const conversation = beginConversation();
  expect(conversation.checkBeginning(begins({}, RUN), RUN), 'the run is started by nobody').toBe(null);
  expect(conversation.checkBeginning(begins({ a: 1 }), LOCK)).toEqual({
    recorded: `${LOCK} begins`,
    now: 'nothing starts it',
  });
  conversation.listen(RUN, step(start({ a: 1 }), start({}, 'no machine of ours')));
  expect(conversation.checkBeginning(begins({ a: 2 }), LOCK)).toEqual({
    recorded: `${LOCK} begins with {"a":2}`,
    now: 'it begins with {"a":1}',
  });
  conversation.listen(RUN, step(start({ a: 1 })));
  expect(conversation.checkBeginning(begins({ a: 1 }), LOCK)).toBe(null);
  expect(conversation.checkBeginning(begins({ a: 1 }), LOCK)).not.toBe(null);
  const part = { ...begins({ a: 1 }), context: {} };
  expect(conversation.checkBeginning(part, LOCK), 'where a part is missing it is believed').toBe(null);
  expect(conversation.findUnheard(null, nobodyIsOver)).toBe(null);
});

test('a message goes to the one of several that lives last', () => {
  const conversation = beginConversation();
  for (const actor of [actorName('refresh', 1), actorName('refresh', 2)]) {
    conversation.listen(RUN, step(start({}, 'refresh'), send({ type: 'stop' }, 'refresh')));
    expect(conversation.checkBeginning(begins({}, actor), 'refresh')).toBe(null);
    expect(conversation.checkMessage(heard('stop', {}, actor))).toBe(null);
  }
});

test('what nobody hears is found where nothing else can be under way, and at the end', () => {
  const unheard = { recorded: 'the run ends without that', now: `${RUN} receives {"type":"lockHeld"}` };
  const conversation = beginConversation();
  conversation.listen(LOCK, step(send({ type: 'lockHeld' })));
  expect(conversation.findUnheard(null, nobodyIsOver)).toEqual(unheard);
  expect(conversation.findUnheard(heard('lockLost'), nobodyIsOver)).toBe(null);
  for (const type of ['abort', 'xstate.after.x', 'xstate.done.actor.reading', 'xstate.error.actor.reading'])
    expect(conversation.findUnheard(heard(type), nobodyIsOver)).toEqual({
      ...unheard,
      recorded: `${type} comes before that`,
    });
  expect(conversation.findUnheard(null, (name) => name === RUN)).toBe(null);
  conversation.listen(RUN, step(start({})));
  expect(conversation.findUnheard(null, (name) => name === RUN)).toMatchObject({ now: `${LOCK} is started` });
});

test('where a part is missing nothing is missed, and who was deaf is owed nothing', () => {
  const conversation = beginConversation();
  conversation.listen(LOCK, step(send({ type: 'lockHeld' })));
  conversation.missSome(RUN);
  expect(conversation.findUnheard(null, nobodyIsOver)).toBe(null);
  expect(conversation.checkMessage(heard('lockLost'))).toBe(null);
  expect(conversation.checkTimer(heard('xstate.after.x'))).toBe(null);
  expect(conversation.checkBeginning(begins({}), LOCK)).toBe(null);
  conversation.listen(RUN, step(send({ type: 'release' }, LOCK)));
  expect(conversation.findUnheard(null, nobodyIsOver)).toMatchObject({ now: `${LOCK} receives {"type":"release"}` });
  expect(conversation.checkMessage(heard('release', {}, LOCK))).toBe(null);
  expect(conversation.findUnheard(null, nobodyIsOver)).toBe(null);
});
