/** Transitions that no real run can be led to, each with the reason. Whoever covers one takes it out of here. */
export const NEVER_RECORDED: Readonly<Record<string, string>> = {
  ...because('only a bug in a machine makes it break', [
    'watcher.checkingHandbrake: xstate.error.actor.handbrake [endingDecided] → aborted',
    'watcher.checkingHandbrake: xstate.error.actor.handbrake [else] → failed',
    'watcher.holdingRunLock: xstate.error.actor.clusterLock → stays',
    'watcher.holdingRunLock.takingTurn.confirming.lookingAtHandbrake: xstate.error.actor.handbrake [endingDecided] → holdingRunLock.reporting',
    'watcher.holdingRunLock.takingTurn.confirming.lookingAtHandbrake: xstate.error.actor.handbrake [else] → holdingRunLock.reporting',
    'watcher.holdingRunLock.takingTurn.refreshing: xstate.error.actor.refresh [endingDecided] → holdingRunLock.reporting',
    'watcher.holdingRunLock.takingTurn.refreshing: xstate.error.actor.refresh [else] → holdingRunLock.reporting',
    'watcher.holdingRunLock.takingTurn.verifying.runningVerifyCommand: xstate.error.actor.verify [endingDecided] → holdingRunLock.reporting',
    'watcher.holdingRunLock.takingTurn.verifying.runningVerifyCommand: xstate.error.actor.verify [else] → holdingRunLock.reporting',
    'watcher.holdingRunLock.releasing.givingBackClusterLock: at once [clusterLockBroken] → holdingRunLock.releasing.updatingBoard',
  ]),
  ...because('discovery answers with verdicts, whatever happens to it; it rejects only when it is left', [
    'watcher.holdingRunLock.resolving: xstate.error.actor.resolveGroups [forceRun] → holdingRunLock.diffing',
    'watcher.holdingRunLock.resolving: xstate.error.actor.resolveGroups [else] → holdingRunLock.reporting',
    'watcher.holdingRunLock.takingTurn.confirming.resolvingAgain: xstate.error.actor.resolveGroups → holdingRunLock.reporting',
  ]),
  ...because('whatever is wrong with the pid file at the end becomes a note', [
    'watcher.holdingRunLock.releasing.droppingRunLock: xstate.error.actor.dropRunLock → holdingRunLock.releasing.done',
  ]),
  ...because('a command that ends before it may go has no guard yet, and is reported as not started', [
    'command.starting: childExited → ended',
  ]),
  ...because('a renewal that is answered within its time limit leaves more of the lease, unless the process was stopped', [
    'watcher.holdingRunLock.takingTurn.confirming.confirmingLock: lockConfirmed [else] → holdingRunLock.reporting',
  ]),
  ...because('the look at the node opens what it needs in one go: no signal is heard before it is over', [
    'watcher.checkingReadiness: abort → aborted',
  ]),
  ...because('KILL ends at once what it can end', ['command.killing: stop → stays']),
  ...because('it takes a watcher that is stopped for just the right time', [
    'command.lookingAgain: childExited → stays',
    'command.lookingAgain: groupGone → ended',
  ]),
  ...because('the process table answers at once', [
    'command.lookingAgain: xstate.after.lookLimit.command.lookingAgain [isWaitedFor] → outliving',
    'command.lookingAgain: xstate.after.lookLimit.command.lookingAgain [else] → ended',
  ]),
  ...because('it takes a process that the kernel itself cannot kill', [
    'command.killing: xstate.after.killLimit.command.killing → lookingAgain',
    'command.lookingAgain: groupLives [isWaitedFor] → outliving',
    'command.lookingAgain: groupLives [else] → ended',
    'command.lookingAgain: stop → stays',
    'command.outliving: childExited → stays',
    'command.outliving: groupGone → ended',
    'command.outliving: stop → lookingAgain',
    'clusterLock.leased: leave → released',
    'clusterLock.lost: leave → released',
  ]),
};

/** Outcomes that no real run can come to, each with the reason. */
export const NEVER_AN_OUTCOME: Readonly<Record<string, string>> = {
  'failed/lockUnavailable': 'it is tried again until the time is over, which is failed/lockTimeout',
  'failed/aborted': 'an aborted run is aborted, not failed',
  'failed/unexpected': 'only a bug leads to it',
};

function because(reason: string, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, reason]));
}
