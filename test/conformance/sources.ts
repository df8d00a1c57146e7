import type { SOURCES } from '../../src/discovery/index.ts';
import type { SourceBench } from './source-bench.ts';
import { commandBench } from './sources/command.ts';
import { consulBench } from './sources/consul.ts';
import { dnsBench } from './sources/dns.ts';
import { fileBench } from './sources/file.ts';
import { kubernetesBench } from './sources/kubernetes.ts';
import { ypBench } from './sources/yp.ts';

/** A source without a bench is left out of the suite, which says so. */
export const SOURCE_BENCHES: Readonly<Partial<Record<keyof typeof SOURCES, SourceBench>>> = {
  yp: ypBench,
  consul: consulBench,
  kubernetes: kubernetesBench,
  dns: dnsBench,
  command: commandBench,
  file: fileBench,
};
