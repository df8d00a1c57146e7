import type { CommandName } from './vocabulary.ts';

/** Why a command never ran whose wrapper was gone too early. */
export const WRAPPER_DIED = { message: 'the command was not started: its wrapper ended before it could' };

/** Why one never ran that was not ready in time: its wrapper needs a processor, and a refresh is on record before it goes. */
export function notReady(command: CommandName): string {
  const disk = command === 'refresh' ? 'the disk of state_file may be slow, or ' : '';
  return `the ${command} command was not started: it was not ready in time; ${disk}the host may be too busy`;
}
