import { expect, test } from 'vitest';
import { createMutation, type MutationParameters } from '../../../src/locks/yt/mutation.ts';
import { YtProblem } from '../../../src/locks/yt/problem.ts';

const refuse = (error: unknown) => async (): Promise<never> => {
  throw error;
};
const look = async (parameters: MutationParameters): Promise<MutationParameters> => parameters;

test('a change whose result is unknown is asked for again under its first id', async () => {
  const mutation = createMutation();
  expect(mutation.wasSent()).toBe(false);
  let first: MutationParameters | null = null;
  const fail = async (parameters: MutationParameters): Promise<never> => {
    first = parameters;
    throw new YtProblem('transient', 'no reply');
  };
  await expect(mutation.send(fail)).rejects.toThrow('no reply');
  expect(mutation.wasSent()).toBe(true);
  expect(first).toMatchObject({ retry: false });
  expect(await mutation.send(look)).toEqual({ mutation_id: first!['mutation_id'], retry: true });
});

test('an abort by the caller leaves the result unknown too', async () => {
  const mutation = createMutation();
  await expect(mutation.send(refuse(new Error('aborted')))).rejects.toThrow();
  expect((await mutation.send(look)).retry).toBe(true);
});

test('a change that was refused is a new one when it is asked for again', async () => {
  const mutation = createMutation();
  const { mutation_id } = await mutation.send(look);
  await expect(mutation.send(refuse(new YtProblem('missing', 'no node')))).rejects.toThrow();
  const next = await mutation.send(look);
  expect(next.retry).toBe(false);
  expect(next.mutation_id).not.toBe(mutation_id);
});
