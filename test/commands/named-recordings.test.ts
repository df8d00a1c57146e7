import { expect, test } from 'vitest';
import { explain } from '../../src/commands/explain.ts';
import { replayCommand } from '../../src/commands/replay.ts';

const RECORDING = 'runs/20261123T051321Z-78f189530aa4c7f5.jsonl';

test('who names no recording is shown what one looks like', async () => {
  await expect(explain([])).rejects.toThrow(`watcher explain needs one recording, such as ${RECORDING}`);
  await expect(replayCommand([], { json: false })).rejects.toThrow(
    `watcher replay needs recordings, or their folder, such as ${RECORDING}`,
  );
  await expect(explain(['x', 'y'])).rejects.toThrow('unexpected argument "y", for watcher explain takes one recording');
});
