import { FILE_SIZE_MAX } from '../../record/format.ts';
import { InvalidRecording } from '../../replay/invalid-recording.ts';
import { make } from './dom.ts';
import { type Run, readRun } from './runs.ts';

/** A way to bring recordings in, and the place where it is said what is wrong with them. */
export interface Loader {
  readonly element: HTMLElement;
  readonly problems: HTMLElement;
}

export function createLoader(onLoad: (runs: readonly Run[]) => void): Loader {
  const input = make('input', {
    type: 'file',
    multiple: true,
    accept: '.jsonl,.json',
    'aria-label': 'load recordings',
  });
  input.addEventListener('change', () => {
    load([...(input.files ?? [])]);
    input.value = '';
  });
  const problems = make('div', { class: 'problems', role: 'alert' });
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    document.body.classList.add('dropping');
  });
  document.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping');
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    document.body.classList.remove('dropping');
    load([...(event.dataTransfer?.files ?? [])]);
  });

  async function load(files: readonly File[]): Promise<void> {
    const texts = await Promise.all(
      files.map(async (file) => ({ name: file.name, text: file.size > FILE_SIZE_MAX ? null : await file.text() })),
    );
    readAll(texts, onLoad, problems);
  }

  return { element: make('label', { class: 'load' }, 'Load recordings', input), problems };
}

/** Reads texts as recordings; what is none is said, and stops none of the others. */
export function readAll(
  texts: readonly { readonly name: string; readonly text: string | null }[],
  onLoad: (runs: readonly Run[]) => void,
  problems: HTMLElement,
): void {
  problems.replaceChildren();
  const runs = texts.flatMap(({ name, text }) => {
    try {
      if (text === null) throw new InvalidRecording(null, 'it is too big');
      return [readRun(name, text)];
    } catch (error) {
      const line = error instanceof InvalidRecording && error.line !== null ? `, line ${error.line}` : '';
      problems.append(make('p', {}, `${name}${line}: ${error instanceof Error ? error.message : String(error)}`));
      return [];
    }
  });
  onLoad(runs);
}
