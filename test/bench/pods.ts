/** Endpoint sets that are made as they are asked for: `front-7.100` is the seventh, and has a hundred pods. */
function setNamed(number: number, pods: number): string {
  return `front-${number}.${pods}`;
}

/** The pods of a set in YP.SD’s words, as JSON, with addresses as RFC 5952 spells them. */
export function podsOf(setId: string): string {
  const [name, pods] = setId.split('.') as [string, string];
  const texts = Array.from({ length: Number(pods) }, (_, at) => {
    const pod = `${name}-${at}`;
    const ip6 = `2001:db8::${(1 + (at >> 16)).toString(16)}:${(at & 0xffff).toString(16)}`;
    return `{"id":"${pod}","fqdn":"${pod}.sas.example.net","ip6_address":"${ip6}","port":80}`;
  });
  return `[${texts.join(',')}]`;
}

/** A primer with so many sets, as JSON. It knows either all of their pods or none. */
export function primerOf(sets: number, pods: number, knowsPods = true): string {
  const texts = Array.from({ length: sets }, (_, at) => {
    const setId = setNamed(at, pods);
    return `{"cluster_name":"sas","endpoint_set_id":"${setId}","endpoints":${knowsPods ? podsOf(setId) : '[]'}}`;
  });
  return `{"endpoint_sets":[${texts.join(',')}]}`;
}
