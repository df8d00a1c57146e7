/** Whether a value is no secret although its name says so: where a file is, or a container image. */
export function isOrdinary(name: string, value: string): boolean {
  if (value.length > LONGEST) return false;
  const isPlace = NAME_OF_PLACE.test(name) && (ROOT.test(value) || (value.includes('/') && isWords(value)));
  return isPlace || isFilePath(value) || isImage(value) || NAME_OF_IMAGE.test(name);
}

/** Longer ones are no path of this system. */
const LONGEST = 4_096;

const NAME_OF_PLACE = /(?:file|path|dir|folder)$/i;
const NAME_OF_IMAGE = /image$/i;

/** What is secret is in that file. A part that no person would give as a name makes it something else. */
function isFilePath(value: string): boolean {
  if (!ROOT.test(value) && !FILE_NAME.test(value)) return false;
  return isWords(value.replace(ROOT, ''));
}

const ROOT = /^(?:file:\/\/\/?|~?\/|\.{1,2}\/|\$\w+\/|\$\{\w+\}\/)/;
const FILE_NAME =
  /\.(?:pem|key|crt|cert?|der|p12|pfx|p8|jks|ppk|pub|asc|gpg|json|ya?ml|toml|ini|conf|cfg|env|txt|sh|tok(?:en)?)$/;

function isWords(path: string): boolean {
  return path.split(/[/ ._@+-]+/).every((word) => word === '' || WORD.test(word));
}

/** A word in one case, or several with a capital each, and a number at its end: `x86`, `ed25519`, `ServiceAccount`; and `k8s`. */
const WORD =
  /^(?:\d{1,14}|(?:[a-z]+|[A-Z]+|[A-Z][a-z]+|[A-Z]?[a-z]{2,}(?:[A-Z][a-z]{2,})+)\d{0,5}|[a-z]\d{1,2}[a-z]{1,2})$/;

/** An image of a registry, or one with a tag that nobody would take for a password. */
export function isImage(value: string): boolean {
  return IMAGE_OF_REGISTRY.test(value) || TAGGED_IMAGE.test(value);
}

const PART = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*';
const REPOSITORY = `${PART}(?:/${PART})*`;
const DIGEST = '@sha256:[0-9a-f]{64}';
const HOST = String.raw`(?:[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?|localhost|[a-z0-9-]+:\d{1,5})`;
const VERSION = String.raw`(?:v\d{1,5}|\d{1,2}(?![^.-])|\d{1,5}(?=\.\d))(?:\.\d{1,5})*`;
const TAG = `(?:latest|stable|edge|main|master|nightly|dev|lts|alpine|slim|${VERSION})(?:-[a-z0-9.]+)*`;
const IMAGE_OF_REGISTRY = new RegExp(String.raw`^${HOST}/${REPOSITORY}(?::\w[\w.-]{0,127})?(?:${DIGEST})?$`);
const TAGGED_IMAGE = new RegExp(`^(?=[a-z])${REPOSITORY}(?::${TAG}(?:${DIGEST})?|${DIGEST})$`);
