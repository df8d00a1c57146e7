import type { Judgement, YtError } from './errors.ts';

/** What YT said, and what to do about it; `show` makes its words safe to print. */
export function formatJudgement({ kind, because, trouble }: Judgement, status: number, show: Show): string {
  if (trouble !== null) return `YT could not find out who asks: ${formatChain(trouble, show)}`;
  const isStranger = because === null && kind === 'refused';
  const said =
    because === null
      ? `no YT error came with the reply${isStranger ? ': is yt_proxy right?' : ''}`
      : format(because, show);
  return kind === 'denied' ? `${said}; ${adviceFor(because, status)}` : said;
}

type Show = (text: string) => string;

/** `"Cypress authentication failed": "Error communicating with master": code 100, "Connection refused"`. */
function formatChain(chain: readonly YtError[], show: Show): string {
  const outer = chain.slice(0, -1).map(({ message }) => `"${show(message)}"`);
  return [...outer, ...chain.slice(-1).map((error) => format(error, show))].join(': ');
}

function format({ code, message }: YtError, show: Show): string {
  return `code ${code}, "${show(message)}"`;
}

function adviceFor(because: YtError | null, status: number): string {
  const code = because?.code ?? status;
  const isForbidden = status === 403 && because !== null;
  if (isForbidden && /access proxy with role/i.test(because.message)) {
    return 'the YT user of yt_token_path may not use this proxy: have its role opened to that user, or name another in yt_proxy';
  }
  if (code === 903 || (isForbidden && /\bis banned\b/i.test(because.message))) {
    return 'the YT user of yt_token_path is banned';
  }
  if (code === 901) return 'the YT user of yt_token_path needs the permission to write at yt_path';
  if (code === 902 || code === 905) return 'the account of yt_path has no room for its node';
  return 'check the token in yt_token_path';
}
