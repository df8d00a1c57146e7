import type { AnyEventObject } from 'xstate';
import type { Failure } from '../../machines/vocabulary.ts';
import { NOT_KEPT } from '../record/format.ts';
import { formatCommand } from '../report/format-command.ts';
import { formatElapsed } from '../report/format-elapsed.ts';
import { formatHolder } from '../report/format-holder.ts';

/** What a service does, and what it is when it has done it. */
const SERVICES: Readonly<Record<string, readonly [doing: string, done: string]>> = {
  checkRunLock: ['looking at the run lock', 'the run lock was looked at'],
  checkReadiness: ['looking whether this node has what a run needs', 'this node has what a run needs'],
  takeRunLock: ['taking the run lock', 'the run lock was asked for'],
  readPrimer: ['reading what HAProxy has', 'the primer was read'],
  resolveGroups: ['asking service discovery', 'service discovery answered'],
  lookAtHaproxy: ['asking HAProxy what it has', 'HAProxy answered what it has'],
  writeReport: ['writing the statistics', 'the statistics were written'],
  readBrake: ['looking at the brake on the board', 'the board answered which plans have failed'],
  writeBrake: ['marking the failed refresh on the board', 'the failed refresh was marked on the board'],
  readNodeRecord: ['reading what the board has of this node', 'the board answered what it has of this node'],
  writeNodeRecord: ['noting this run on the board', 'this run was noted on the board'],
  dropRunLock: ['giving back the run lock', 'the run lock was given back'],
  requestLock: ['asking for the cluster lock', 'the lock service took the request'],
  checkLock: ['asking for our place in the queue', 'the lock service answered our place in the queue'],
  renewLock: ['renewing the lease', 'the lock service answered the renewal'],
  releaseLock: ['giving back the cluster lock', 'the lock service took the lock back'],
  clusterLock: ['the cluster lock’s own machine', 'the cluster lock was given back'],
  handbrake: ['the handbrake command’s own machine', 'the handbrake command ended'],
  refresh: ['the refresh command’s own machine', 'the refresh command ended'],
  verify: ['the verify command’s own machine', 'the verify command ended'],
};

const DELAYS: Readonly<Record<string, string>> = {
  haproxyTimeout: 'haproxy_timeout was over',
  refreshDelay: 'haproxy_refresh_delay was over',
  verifyTimeout: 'haproxy_verify_timeout was over',
  verifyPause: 'it was time to look at HAProxy again',
  boardTimeout: 'the board had not answered in time',
  reportTimeout: 'the report had not been written in time',
  pollDelay: 'it was time to look again',
  backOff: 'it was time to try again',
  renewDelay: 'it was time to renew the lease',
  renewRetry: 'it was time to try the renewal again',
  leaseUsable: 'the usable part of the lease was over',
  wholeLease: 'the denial had lasted for a whole lease',
  releasePause: 'it was time to try again to give it back',
  startLimit: 'the command took too long to start',
  timeLimit: 'the command’s time was over',
  lingerLimit: 'the time was over that what it left had to end by itself',
  killGrace: 'kill_grace was over',
  killLimit: 'KILL had not ended it in time',
  lookLimit: 'the question whether any of its processes lived was not answered in time',
};

type InWords = (event: AnyEventObject) => string;

const EVENTS: Readonly<Record<string, InWords>> = {
  'xstate.init': () => 'it began',
  'xstate.stop': () => 'it was stopped',
  [NOT_KEPT]: ({ events }) => `${events} events that are not kept`,
  abort: ({ signal }) => `${signal} arrived`,
  budgetSpent: () => 'haproxy_timeout was over',
  verifySpent: () => 'haproxy_verify_timeout was over',
  request: () => 'the run asked for the lock',
  confirm: () => 'the run asked for a fresh renewal of the lock',
  release: () => 'the run released the lock',
  leave: () => 'the run left the lock to its lease',
  stop: ({ why }) => (why === 'timedOut' ? 'the run’s time was over' : 'the run had it stopped'),
  lockQueued: ({ holder, ahead }) =>
    holder === null
      ? 'we got in line for the cluster lock'
      : `${formatHolder(holder)} had the lock, ${ahead ?? '?'} before us`,
  lockDelayed: ({ failure }) => `a request to the lock service failed: ${messageIn(failure)}`,
  lockHeld: () => 'the cluster lock was ours',
  lockConfirmed: ({ leaseLeftMs }) => `the lock was confirmed, ${formatElapsed(leaseLeftMs)} of its lease left`,
  lockRefused: ({ failure }) => `the lock was refused: ${messageIn(failure)}`,
  lockLost: ({ failure }) => `the lock was lost: ${messageIn(failure)}`,
  commandStarted: ({ command }) => `the ${command} command ran`,
  childReady: () => 'it was ready to run',
  childNotStarted: ({ message }) => `it could not be started: ${message}`,
  childExited: ({ code, signal }) => (code === null ? `it was ended by ${signal}` : `it exited with ${code}`),
  groupGone: () => 'the last of its processes was gone',
  groupLives: () => 'some of its processes lived',
};

/** An event in a sentence of the past; an event that is not known by its type. */
export function formatEvent(event: AnyEventObject): string {
  const { type } = event;
  if (Object.hasOwn(EVENTS, type)) return EVENTS[type]!(event);
  const [, kind, name = ''] = /^xstate\.(done\.actor|error\.actor|done\.state|after)\.(\w+)/.exec(type) ?? [];
  if (kind === 'done.state') return 'all of that was done';
  if (kind === 'after' && Object.hasOwn(DELAYS, name)) return DELAYS[name]!;
  if (!Object.hasOwn(SERVICES, name)) return type;
  const [doing, done] = SERVICES[name]!;
  if (kind === 'error.actor') return `${doing} failed: ${messageIn(event['error'])}`;
  if (name !== 'handbrake' && name !== 'refresh' && name !== 'verify') return done;
  return formatCommand(name, event['output'])[0]!.message;
}

function messageIn(failure: Failure | undefined): string {
  return failure?.message ?? 'no reason is recorded';
}
