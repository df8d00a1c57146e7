import type { RunServices } from '../../machines/side-effects.ts';
import type { ChildServiceOptions } from '../../src/command/child-service.ts';
import type { Source } from '../../src/discovery/source.ts';
import { lookAtHaproxy } from '../../src/haproxy/look-at-haproxy.ts';
import { createRefreshRecord } from '../../src/services/refresh-record.ts';
import { createRunServices } from '../../src/services/run-services.ts';
import type { Settings } from '../../src/settings/settings.ts';
import type { CommandWorld } from './commands.ts';
import { podsOf } from './facts.ts';
import type { Network } from './network.ts';
import type { NodeFile } from './node/node-witness.ts';
import type { Process } from './process.ts';
import { readinessOf } from './readiness.ts';

const DISCOVERY_TIMEOUT_MS = 10_000;

/** It takes a moment. */
const READINESS_MS = 2;

const LONGEST_MS = 4_280_000;

interface OwnServices extends RunServices {
  readonly beforeGo: ChildServiceOptions['beforeGo'];
}

/** What a run does on its own node: the services that ship, over a host that is only simulated. */
export function ownServices(process: Process, { discovery, scenario }: CommandWorld, network: Network): OwnServices {
  const { host, run, pid } = process;
  const { world, node, paths } = host;
  // Where these services look for a node’s files; they read no other setting.
  const settings = {
    runLockFile: paths.runLock,
    stateFile: paths.state,
    statFile: paths.statistics,
    primerJsonFile: paths.primer,
  } as Settings;
  const checkReadiness = readinessOf(process, scenario.lock);
  const identity = { host: process.hostname, pid, runId: run };
  const note = (line: string) => world.note({ what: 'noted', node, run, line });
  const keeps = (...files: readonly NodeFile[]) =>
    files.forEach((file) => {
      world.note({ what: 'fileKept', node, run, file });
    });

  const source: Source = async ({ groups }, signal) => {
    const answers = await network
      .ask(process, 'discovery', {
        name: 'resolve',
        serve: () => discovery.answer(node, groups),
        timeoutMs: DISCOVERY_TIMEOUT_MS,
        signal,
      })
      .catch((error: unknown) => {
        if (signal.aborted) throw error;
        return groups.map((group) => ({
          ...group,
          endpoints: [],
          verdict: 'unavailable' as const,
          generation: null,
          detail: 'no answer',
        }));
      });
    const notice = answers.map((each) => ({
      ...podsOf([each])[0]!,
      verdict: each.verdict,
      generation: each.generation,
    }));
    world.note({ what: 'discoveryNotice', node, run, answers: notice });
    return { answers };
  };

  const { primerNow, ...own } = createRunServices({
    settings,
    identity,
    source,
    longestMs: LONGEST_MS,
    refreshAt: () => record.at(),
    refreshRecorded: () => record.settled(),
    redact: (text) => text,
    note,
  });
  const record = createRefreshRecord({ stateFile: paths.state, runId: run, primerNow, note });

  return {
    ...own,
    async takeRunLock(...args) {
      const found = await own.takeRunLock(...args);
      found.notes.forEach(note);
      return found;
    },
    async checkReadiness() {
      await new Promise<void>((resolve) => host.after(READINESS_MS, () => process.deliver('io', resolve)));
      const found = await checkReadiness();
      found.notes.forEach(note);
      return found;
    },
    async lookAtHaproxy({ expected }, signal) {
      const socketPath = paths.haproxySocket;
      const found = await lookAtHaproxy({ socketPath, expected, refreshedAtMs: record.atMs() }, signal);
      world.note({ what: 'haproxyNotice', node, run, ...found });
      return found;
    },
    async readPrimer(...args) {
      const found = await own.readPrimer(...args);
      world.note({ what: 'primerNotice', node, run, groups: podsOf(found.groups) });
      return found;
    },
    async writeReport(...args) {
      world.note({ what: 'reportBegun', node, run });
      const found = await own.writeReport(...args);
      found.notes.forEach(note);
      // What could not be remembered is a note.
      if (found.notes.length === 0) keeps('state', 'statistics');
      return found;
    },
    async beforeGo(input, group) {
      await record.beforeGo(input, group);
      if (input.command === 'refresh') keeps('state');
    },
  };
}
