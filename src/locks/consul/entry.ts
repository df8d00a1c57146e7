import * as v from 'valibot';
import { ConsulProblem } from '../../consul/problem.ts';
import { type ConsulReply, jsonOf } from '../../consul/reply.ts';
import { objectOf, ShapeProblem, validated } from '../../json/validate.ts';

/** What `consul lock` marks its keys with, as decimal text: it takes no others, and is taken for no other. */
export const LOCK_FLAGS = '3304740253564472344';

/** One key of Consul's key-value store. */
export interface Entry {
  readonly key: string;
  readonly value: string;
  /** An unsigned number of 64 bits, as decimal text. */
  readonly flags: string;
  /** Who holds it; null: nobody. */
  readonly session: string | null;
  /** How often it was taken (`LockIndex`); a plain write, which takes it from nobody, begins again with 0. */
  readonly timesTaken: number;
}

/** A key as it was at one index; null where there is none. */
export interface Seen {
  readonly entry: Entry | null;
  /** What a blocking query waits for the next one of. */
  readonly index: string;
}

const entriesSchema = v.array(
  objectOf(
    {
      Key: v.string('expected a key'),
      Value: v.nullish(v.string('expected a value in base64'), ''),
      Flags: v.union([v.number(), v.string()], 'expected a number'),
      Session: v.nullish(v.string('expected a session'), ''),
      LockIndex: v.number('expected a number'),
    },
    'expected an object that describes a key',
  ),
  'expected a list of keys',
);

/** The keys that an answer has; none where it says that there is none. Throws a `ConsulProblem`. */
export function entriesIn(reply: ConsulReply): readonly Entry[] {
  if (!reply.isFound) return [];
  return checked(entriesSchema, reply).map(
    ({ Key: key, Value: value, Flags: flags, Session: session, LockIndex: timesTaken }) => ({
      key,
      value: Buffer.from(value, 'base64').toString('utf8'),
      flags: String(flags),
      session: session === '' ? null : session,
      timesTaken,
    }),
  );
}

/** What an answer about one key says. Throws a `ConsulProblem`. */
export function seenIn(reply: ConsulReply): Seen {
  const index = reply.headers['x-consul-index'];
  if (index === undefined || !/^\d{1,20}$/.test(index)) {
    throw new ConsulProblem('stranger', `${reply.about}: an answer without X-Consul-Index: is consul_url right?`);
  }
  return { entry: entriesIn(reply)[0] ?? null, index };
}

/** An answer of the expected shape. Throws a `ConsulProblem`. */
export function checked<Output>(schema: v.GenericSchema<unknown, Output>, reply: ConsulReply): Output {
  try {
    return validated(schema, jsonOf(reply));
  } catch (error) {
    if (!(error instanceof ShapeProblem)) throw error;
    throw new ConsulProblem(
      'unreadable',
      `${reply.about}: an answer that cannot be read: ${error.message}: is consul_url right?`,
      true,
    );
  }
}
