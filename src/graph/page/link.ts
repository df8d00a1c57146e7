import type { GraphView } from './graph-view.ts';
import type { Player } from './player.ts';

/** Browsers complain of a page that writes its address too often. */
const SETTLED_MS = 200;

/** The address of the page says which run, step and machine are looked at: who opens it again sees the same. */
export interface Link {
  /** Goes where the address leads, as soon as its run is there. */
  follow(): void;
  /** Writes into the address where the page stands, once it stands still. */
  update(): void;
}

/** `onArrive` is called when another machine is shown because the address says so. */
export function createLink(player: Player, graph: GraphView, onArrive: () => void): Link {
  let wanted: URLSearchParams | null = readAddress();
  let known = location.hash;
  let timer: number | undefined;
  window.addEventListener('hashchange', () => {
    known = location.hash;
    wanted = readAddress();
    follow();
  });

  function follow(): void {
    if (wanted === null) return;
    const id = wanted.get('run');
    const run = player.runs.find(({ recording }) => recording.header.run_id === id);
    if (id !== null && run === undefined) return;
    const place = wanted;
    wanted = null;
    graph.showMachine(place.get('machine') ?? '');
    onArrive();
    if (run === undefined) return;
    player.pause();
    player.select(run);
    player.seekStep(Number.parseInt(place.get('step') ?? '', 10) || 0);
  }

  function write(): void {
    // Somebody has gone elsewhere, and the news of it is still on its way.
    if (location.hash !== known) return;
    const { selected, made } = player;
    const run = selected === null ? [] : [['run', selected.recording.header.run_id]];
    const step = selected === null ? [] : [['step', String(made)]];
    const place = new URLSearchParams([...run, ...step, ['machine', graph.machine()]]);
    history.replaceState(null, '', `#${place}`);
    known = location.hash;
  }

  return {
    follow,
    update() {
      window.clearTimeout(timer);
      timer = window.setTimeout(write, SETTLED_MS);
    },
  };
}

function readAddress(): URLSearchParams | null {
  return location.hash.length > 1 ? new URLSearchParams(location.hash.slice(1)) : null;
}
