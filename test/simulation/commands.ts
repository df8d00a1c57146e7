import type { ChildService } from '../../machines/side-effects.ts';
import type { ChildServiceOptions } from '../../src/command/child-service.ts';
import { Command, type Conduct, type Occasions } from './command.ts';
import type { Conditions } from './conditions.ts';
import type { Discovery } from './discovery.ts';
import type { Mutant } from './mutant.ts';
import type { Process } from './process.ts';
import type { Scenario } from './scenario.ts';

export interface CommandWorld {
  readonly conditions: Conditions;
  readonly discovery: Discovery;
  readonly scenario: Scenario;
  readonly mutant: Mutant;
}

/** What a refresh that hangs would take. */
const FOR_EVER_MS = 86_400_000;

/** The handbrake and the refresh command of one process; `beforeGo` is what ships. */
export function childService(
  process: Process,
  { conditions, discovery, scenario, mutant: { plants } }: CommandWorld,
  beforeGo: ChildServiceOptions['beforeGo'],
): ChildService {
  const { host, dice, run } = process;
  const { world, node } = host;
  const graceMs = scenario.settings.killGraceMs;

  return (input, tell, listen) => {
    const { command: name } = input;
    const number = process.nextNumber();
    if (name === 'refresh' && conditions.has('refreshNotStarted', node)) {
      process.deliver('io', () => tell({ type: 'childNotStarted', message: 'no such file' }));
      return () => {};
    }
    const conduct = name === 'handbrake' ? handbrake(number) : refresh(number);
    const occasions = name === 'handbrake' ? handbrakeOccasions() : refreshOccasions();
    const command = new Command(process, name, conduct, occasions, graceMs, (event) => {
      if (name === 'handbrake' && event.type === 'childExited') {
        world.note({ what: 'handbrakeNotice', node, run, lookedAtMs, answer: event.code });
      }
      tell(event);
    });
    let lookedAtMs = world.nowMs;
    listen((order) => command.obey(order));
    if (plants.has('guardMissing')) process.onEnd.delete(command.letGo);
    return command.letGo;

    function handbrake(number: number): Conduct {
      const slowMs = conditions.find('handbrakeSlow', node)?.size ?? 0;
      return {
        startMs: dice.between(1, 15, 'start', number),
        lastsMs: dice.between(2, 60, 'lasts', number) + slowMs,
        obeysTermMs: slowMs > 0 && dice.chance(0.5, 'stubborn', number) ? null : dice.between(1, 50, 'obeys', number),
        isUnkillable: false,
        leaves: leftovers(number),
        code: () => {
          lookedAtMs = world.nowMs;
          if (conditions.has('handbrakeBroken', node)) return 7;
          return conditions.has('handbrakeOn', node) ? 1 : 0;
        },
      };
    }

    function refresh(number: number): Conduct {
      const slow = conditions.find('refreshSlow', node);
      const isStubborn = conditions.has('refreshIgnoresTerm', node);
      const isUnkillable = conditions.has('refreshUnkillable', node);
      const fails = conditions.has('refreshFails', node);
      const mostMs = Math.min(4_000, (scenario.settings.refreshTimeoutMs ?? 4_000) / 2);
      const quickMs = dice.between(50, mostMs, 'lasts', number);
      const hangs = isStubborn || (isUnkillable && dice.chance(0.5, 'hangs', number));
      return {
        startMs: dice.between(1, 15, 'start', number),
        lastsMs: isUnkillable && hangs ? 120_000 : hangs ? FOR_EVER_MS : quickMs + (slow?.size ?? 0),
        obeysTermMs: isStubborn || isUnkillable ? null : dice.between(1, 300, 'obeys', number),
        isUnkillable,
        leaves: leftovers(number),
        code: () => (fails ? 3 : 0),
      };
    }

    function leftovers(number: number): Conduct['leaves'] {
      const fault = conditions.find('commandLeaves', node);
      if (fault === undefined) return null;
      const obeysTermMs = dice.chance(0.5, 'leftIsDeaf', number) ? null : dice.between(1, 300, 'leftObeys', number);
      return { lastsMs: fault.size, obeysTermMs };
    }

    function handbrakeOccasions(): Occasions {
      return {
        prepare: (done) => done(null),
        started: () => world.note({ what: 'handbrakeStarted', node, run, group: command.group }),
        signalled() {},
        exited() {},
        gone: () => world.note({ what: 'handbrakeGone', node, run, group: command.group }),
      };
    }

    function refreshOccasions(): Occasions {
      return {
        prepare: (done) =>
          beforeGo(input, command.group).then(
            () => done(null),
            (error: Error) => done(error.message),
          ),
        started() {
          host.livingGroups.set(command.group, run);
          world.note({ what: 'refreshStarted', node, run, group: command.group, isUnkillable: conduct.isUnkillable });
        },
        signalled(signal) {
          world.note({ what: 'refreshSignalled', node, run, group: command.group, signal });
        },
        exited(code) {
          const isThrough = code === 0 || (code === null && dice.chance(0.5, 'through', command.group));
          if (isThrough) takeNewPods(!conditions.has('refreshIneffective', node));
          world.note({ what: 'refreshExited', node, run, group: command.group, code });
        },
        gone() {
          host.livingGroups.delete(command.group);
          world.note({ what: 'refreshGone', node, run, group: command.group });
        },
      };
    }

    function takeNewPods(isEffective: boolean): void {
      const { groups } = discovery;
      host.haproxy.reload(isEffective ? groups : null);
      if (isEffective && !plants.has('refreshHelpsNothing')) host.writePrimer(groups);
    }
  };
}
