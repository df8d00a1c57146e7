/** The mutants of a report that no test noticed, each said by what it changes, not by where that stands today. */
export function survivorsOf({ files }) {
  return Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ location, replacement }) => ({ file, ...changeOf(source, location, replacement) })),
  );
}

/** Which survivors are not listed, and which that are listed are none: of the files that were broken at all. */
export function compareSurvivors(found, listed, files) {
  const isIn = (list) => {
    const keys = new Set(list.map(describeMutant));
    return (mutant) => keys.has(describeMutant(mutant));
  };
  const [isListed, isFound] = [isIn(listed), isIn(found)];
  return {
    unknown: found.filter((mutant) => !isListed(mutant)),
    inVain: listed.filter((mutant) => files.includes(mutant.file) && !isFound(mutant)),
  };
}

export function describeMutant({ file, line, from, to }) {
  return `${file}: ${line}: ${from} -> ${to}`;
}

function changeOf(source, { start, end }, replacement) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const line = lines[0].trim();
  const last = lines.length - 1;
  const cut = lines.map((text, at) =>
    text.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : text.length),
  );
  return { line, from: oneLine(cut.join('\n')), to: oneLine(replacement ?? '') };
}

function oneLine(text) {
  return text.replaceAll(/\s+/g, ' ');
}
