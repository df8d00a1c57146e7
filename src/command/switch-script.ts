/** The numbers of the descriptors by which the watcher and the switch speak and make the command's output. */
export const LINK = 3;
export const STDOUT_PIPE = 4;
export const STDERR_PIPE = 5;

/**
 * The dead man's switch: a shell that leads a new process group, holds one end of a socket as fd 3, and waits.
 *
 * First it makes two pipes, for Node can make none: its own are sockets, which nobody can open as `/dev/stderr`. A short
 * here-document is a pipe in dash, busybox and bash from 5.1; where it is a file, the sockets stay. `pipes` or `sockets`
 * says which, and `go pipes` that the watcher reads them. Both ends are open before that is said: a reader that comes
 * before the first writer learns that all is over.
 *
 * The line `go` makes it leave a guard behind and become the command; anything else, the end of the watcher included,
 * makes it exit. The guard belongs to the group, so its group id cannot pass to strangers while it counts down, but it is
 * no child of the command and holds none of its streams. It waits for the socket's end, which comes with the watcher's,
 * however that died: TERM, grace, KILL for the whole group and itself. The line `stop` says that the watcher has sent
 * TERM: the countdown then runs without the watcher. KILL is a trap because a shell that may not fork its `sleep` exits.
 * dash's kill wants `-TERM -$$`, without `--`. `command exec` is an `exec` whose failure does not end the shell.
 */
export const SWITCH = `
made=sockets
{
  command exec 4<<A 5<<B

A

B
  IFS= read -r order <&4 && IFS= read -r order <&5 &&
  [ -p /proc/self/fd/4 ] && [ -p /proc/self/fd/5 ] &&
  command exec 6>/proc/self/fd/4 7>/proc/self/fd/5 && made=pipes
} 2>/dev/null
echo "$made" >&3
IFS= read -r order <&3
case $order in
  'go pipes') exec >&6 2>&7 ;;
  go) ;;
  *) exit 0 ;;
esac
grace=$1
shift
(
  trap '' HUP INT QUIT USR1 USR2 PIPE ALRM TERM
  {
    IFS= read -r order
    [ "$order" = stop ] || kill -TERM -$$
    trap 'kill -KILL -$$' EXIT
    command -p sleep "$grace"
  } <&3 3<&- 4<&- 5<&- 6>&- 7>&- >/dev/null 2>&1 &
  echo $! >&3
) || exit
unset order grace made PWD OLDPWD SHLVL _
exec "$@" 3<&- 4<&- 5<&- 6>&- 7>&-
`;
