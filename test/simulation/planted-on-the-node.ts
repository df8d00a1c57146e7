import { inFile, type Planting } from './planting.ts';

/** Bugs of the services that a run has on its own node. One that no longer fits its file stops the simulation. */
export const PLANTED_ON_THE_NODE: readonly Planting[] = [
  ...inFile('src/host-lock/host-lock.ts', {
    // Who has had it for long is taken for dead, whatever the kernel says.
    runLockByAge: [
      [
        'if (claim !== null) return claim;',
        'if (claim !== null || PLANTED) return claim ?? { release: async () => {} };',
      ],
      ['const claimed = await', 'const claimed = !PLANTED && await'],
    ],
  }),
  ...inFile('src/host-lock/owner-state.ts', {
    runLockByAge: [['return isOwnerAlive(path, file) &&', 'return !PLANTED && isOwnerAlive(path, file) &&']],
  }),
  ...inFile('src/host/process-table.ts', {
    ownerByPidAlone: [['entry.startTime === startTime', '(PLANTED || entry.startTime === startTime)']],
  }),
  ...inFile('src/host/switch-guard.ts', {
    guardIsOrphan: [['return entry !== null && (isGuardShell', 'return !PLANTED && entry !== null && (isGuardShell']],
  }),
  ...inFile('src/node-files/orphan.ts', {
    orphanOverlooked: [['if (intent.boot_id !== bootId())', 'if (PLANTED || intent.boot_id !== bootId())']],
  }),
  ...inFile('src/services/command-readiness.ts', {
    commandUnseen: [["if (name === 'refresh') checkPresent", "if (name === 'refresh' && !PLANTED) checkPresent"]],
  }),
  ...inFile('src/services/refresh-record.ts', {
    intentMissing: [["if (command !== 'refresh') return;", "if (command !== 'refresh' || PLANTED) return;"]],
  }),
  ...inFile('src/services/run-services.ts', {
    noteOfTwoLines: [['note(UNPROVEN_PRIMER)', "note(UNPROVEN_PRIMER.replace(' ', PLANTED ? '\\n' : ' '))"]],
    statisticsLost: [
      [
        '(await writeStatistics(settings.statFile, next)).notes',
        '(PLANTED ? [] : (await writeStatistics(settings.statFile, next)).notes)',
      ],
    ],
    countersForgotten: [
      [
        'nextStatistics(statistics, {',
        'nextStatistics({ ...statistics, ...(PLANTED && { Errors: 0, TotalLockedRuns: 0 }) }, {',
      ],
    ],
    generationsOfFailedLost: [
      [
        'generations: report.generations,',
        "generations: PLANTED && report.outcome.kind === 'failed' ? {} : report.generations,",
      ],
    ],
    refreshForgotten: [
      ['lastRefresh: report.lastRefresh === null ?', 'lastRefresh: PLANTED || report.lastRefresh === null ?'],
    ],
    unverifiedIsEffective: [
      ['isEffective: report.isEffective,', 'isEffective: PLANTED ? report.refreshSucceeded : report.isEffective,'],
    ],
    intentEndsFirst: [
      [
        'const counted = await countRun(report, left).catch(',
        'const counted = PLANTED ? [] : await countRun(report, left).catch(',
      ],
      [
        'return { notes: [...counted, ...remembered.notes] };',
        'return { notes: [...(PLANTED ? await countRun(report, left) : counted), ...remembered.notes] };',
      ],
    ],
  }),
  ...inFile('src/haproxy/look-at-haproxy.ts', {
    oldProcessUnseen: [['isOld: uptimeSec !== null &&', 'isOld: !PLANTED && uptimeSec !== null &&']],
    missingPodsUnseen: [['missing: expected.filter((pod) =>', 'missing: expected.filter((pod) => !PLANTED &&']],
  }),
  ...inFile('src/node-files/state-file.ts', {
    generationsLost: [
      [
        'mergeGenerations(state.generations, generations)',
        'mergeGenerations(PLANTED ? {} : state.generations, PLANTED ? {} : generations)',
      ],
    ],
    memoryLost: [
      [
        'const notes = await update(path, change).catch(',
        'const notes = await (PLANTED ? Promise.resolve([]) : update(path, change)).catch(',
      ],
    ],
    primerForgotten: [
      ['primerBefore(state.primer_before, primer)', 'primerBefore(PLANTED ? null : state.primer_before, primer)'],
    ],
  }),
  ...inFile('src/files/replace-file.ts', {
    contentUnflushed: [['await file.sync();', 'if (!PLANTED) await file.sync();']],
    namesUnflushed: [['await flushFolder(dirname(path));', 'if (!PLANTED) await flushFolder(dirname(path));']],
    writtenInPlace: [
      [
        'await writeNew(temp, content, mode);',
        'if (PLANTED) await unlink(path).catch(() => {}); await writeNew(PLANTED ? path : temp, content, mode); if (PLANTED) return flushFolder(dirname(path));',
      ],
    ],
  }),
];
