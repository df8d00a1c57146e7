/**
 * Stands in for packages that a dependency names and this program never comes to: cosmiconfig's own parsers (the loaders
 * are ours) and the places where it would look, axios' redirects, proxies and multipart bodies (none is followed, the tunnel is ours, requests are JSON). Calling one is a mistake that says so.
 */
export default function neverLoaded(): never {
  throw new Error('a package that was left out of the bundle was called');
}
