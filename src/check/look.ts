import { messageOf } from '../host/file-problem.ts';
import { bad, type Finding, good } from './finding.ts';

/** What cannot be looked at is not good, and its reason says what to do. */
export async function look(about: string, at: () => string | Promise<string>): Promise<Finding> {
  try {
    return good(about, await at());
  } catch (error) {
    return bad(about, messageOf(error));
  }
}
