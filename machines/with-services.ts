import { fromCallback, fromPromise } from 'xstate';

import { clusterLockMachine } from './cluster-lock.ts';
import { commandMachine } from './command.ts';
import { loneCommandMachine } from './lone-command.ts';
import { asFailure } from './service.ts';
import type {
  BoardServices,
  ChildInput,
  ChildOrder,
  ChildService,
  LockServices,
  RunServices,
  Services,
} from './side-effects.ts';
import { watcherMachine } from './watcher.ts';

/** The machine of a run with its side effects plugged in; what a service throws reaches it as a `Failure`. */
export function withServices(services: Services) {
  const command = commandWith(services.child);
  const clusterLock = clusterLockMachine.provide({
    actors: {
      requestLock: call(services, 'requestLock'),
      checkLock: call(services, 'checkLock'),
      renewLock: call(services, 'renewLock'),
      releaseLock: call(services, 'releaseLock'),
    },
  });
  return watcherMachine.provide({
    actors: {
      checkRunLock: call(services, 'checkRunLock'),
      checkReadiness: call(services, 'checkReadiness'),
      takeRunLock: call(services, 'takeRunLock'),
      readPrimer: call(services, 'readPrimer'),
      resolveGroups: call(services, 'resolveGroups'),
      lookAtHaproxy: call(services, 'lookAtHaproxy'),
      writeReport: call(services, 'writeReport'),
      dropRunLock: call(services, 'dropRunLock'),
      readBrake: call(services, 'readBrake'),
      writeBrake: call(services, 'writeBrake'),
      readNodeRecord: call(services, 'readNodeRecord'),
      writeNodeRecord: call(services, 'writeNodeRecord'),
      handbrake: command,
      refresh: command,
      verify: command,
      clusterLock,
    },
  });
}

/** The machine of a command that is no state of a run, with its child process plugged in. */
export function loneCommandWith(child: ChildService) {
  return loneCommandMachine.provide({ actors: { command: commandWith(child) } });
}

type Calls = RunServices & BoardServices & LockServices;

function call<Name extends keyof Calls>(services: Calls, name: Name) {
  type Input = Parameters<Calls[Name]>[0];
  type Output = Awaited<ReturnType<Calls[Name]>>;
  const ask = services[name] as (input: Input, signal: AbortSignal) => Promise<Output>;
  return fromPromise<Output, Input>(({ input, signal }) =>
    ask(input, signal).catch((error: unknown) => {
      throw asFailure(error);
    }),
  );
}

function commandWith(child: ChildService) {
  const owned = fromCallback<ChildOrder, ChildInput>(({ input, sendBack, receive }) => child(input, sendBack, receive));
  return commandMachine.provide({ actors: { child: owned } });
}
