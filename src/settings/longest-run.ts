import { longestRunMs } from '../../machines/longest-run.ts';
import type { AnySourceBackend } from '../discovery/backend.ts';
import { SOURCES } from '../discovery/index.ts';
import type { Settings } from './settings.ts';

/** Longer than this no run with these settings lasts that is well. */
export function longestRunOf(settings: Settings): number {
  const source: AnySourceBackend = SOURCES[settings.source];
  const verifies = settings.haproxySocket !== null || settings.haproxyVerifyCommand !== null;
  return longestRunMs({
    budgetMs: settings.haproxyTimeoutMs,
    handbrakeTimeoutMs: settings.handbrakeTimeoutMs,
    killGraceMs: settings.killGraceMs,
    sourceMs: source.longestMs?.(settings) ?? 0,
    verifyMs: verifies ? settings.haproxyVerifyTimeoutMs : 0,
  });
}
