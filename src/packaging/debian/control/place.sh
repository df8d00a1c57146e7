# Which environment and which cluster this node belongs to, and who says so. `config` and `postinst` hold a copy of this.

root=${DPKG_ROOT:-}
environment_file=/etc/yandex/environment.type
cluster_file=/etc/yandex/market-watcher/cluster
template_file=/etc/yandex/market-watcher/watcher.tmpl
config_file=/etc/yandex/market-watcher/watcher.yaml
again='dpkg-reconfigure yandex-market-watcher'
word='[a-z][a-z0-9-]*'
# Which line of watcher.tmpl says what the nodes lock: its key, that key by every name it has, and what a whole value begins
# with. Another lock than YT needs other words here, and nowhere else.
lock_name=yt_lock_path
lock_key='^yt_\(lock_\)\{0,1\}path[[:space:]]*:'
lock_value='//*'

# The strongest source that says anything decides, rightly or wrongly: behind a wrong value no weaker one is asked.
# Sets from, with found or problem. $1: the debconf answer.
find_env_type() {
    seek ENV_TYPE
    heed "$1" 'the debconf answer' ||
        heed "${ENV_TYPE:-}" 'the environment' ||
        heed_file "$environment_file" ||
        heed "$present_env_type" "$config_file as it was" ||
        problem='ENV_TYPE is not known'
}

find_cluster() {
    seek 'the cluster'
    heed "$1" 'the debconf answer' ||
        heed "${CLUSTER:-}" 'the environment' ||
        heed_file "$cluster_file" ||
        heed_node ||
        problem="the cluster is not known (the host name $(host_name) does not tell it)"
}

# An upgrade keeps the lock of this node, whatever its name says by now; dpkg-reconfigure is there to change it.
heed_node() {
    if [ "${DEBCONF_RECONFIGURE:-}" = 1 ]; then
        heed "$(cluster_of_host)" 'the host name' || heed "$present_cluster" "$config_file as it was"
    elif has_foreign_lock; then
        problem="$config_file has a lock path that is not made from $template_file"
    else
        heed "$present_cluster" "$config_file as it was" || heed "$(cluster_of_host)" 'the host name'
    fi
}

seek() {
    what=$1 found='' from='' problem=''
}

heed() { # VALUE SOURCE
    set -- "$(printf %s "$1" | first_line)" "$2"
    [ -n "$1" ] || return 1
    from=$2
    if is_word "$1"; then
        found=$1
    else
        problem="$what is $(printable "$1") in $2, which is not a word of lower-case letters, digits and hyphens"
    fi
}

# A file that is there and says nothing is a mistake.
heed_file() {
    [ -e "$root$1" ] || [ -L "$root$1" ] || return 1
    if ! [ -f "$root$1" ] || ! head -c 1 "$root$1" >/dev/null 2>&1; then
        problem="$1 cannot be read as a file"
        return 0
    fi
    heed "$(head -c 256 "$root$1" | tr '\000' '?' | first_line)" "$1" || problem="the first line of $1 is empty"
}

first_line() {
    LC_ALL=C sed -n '1{s/^[[:space:]]*//;s/[[:space:]]*$//;p}'
}

# It becomes part of a path and of an expression of sed. Longer than this was meant as something else.
is_word() {
    [ "${#1}" -le 63 ] || return 1
    case $1 in [!a-z]* | *[!a-z0-9-]*) return 1 ;; esac
}

printable() {
    printf '"%s"' "$(printf %s "$1" | LC_ALL=C tr -c '[:print:]' '?' | head -c 40)"
}

host_name() {
    uname -n | LC_ALL=C tr -c 'A-Za-z0-9._\n-' '?' | LC_ALL=C tr '[:upper:]' '[:lower:]'
}

# mslb01ht.example.net -> mslb; nothing where the name has no such beginning.
cluster_of_host() {
    host_name | LC_ALL=C sed -n 's/^\([a-z]\{1,\}lb\)\([0-9.-].*\)\{0,1\}$/\1/p'
}

# What watcher.yaml says now: sets present_path, and the two words that the template made it from.
read_present() {
    pattern=$(lock_path "$template_file")
    present_path=$(lock_path "$config_file")
    present_env_type=$(part ENV_TYPE CLUSTER)
    present_cluster=$(part CLUSTER ENV_TYPE)
}

# The value of the lock's key in a file that has it on one line.
lock_path() {
    [ -f "$root$1" ] || return 0
    LC_ALL=C sed -n "/$lock_key/"'{
        s/^[^:]*:[[:space:]]*//
        s/[[:space:]]\{1,\}#.*$//
        s/[[:space:]]*$//
        s/^"\(.*\)"$/\1/
        s/^'"'\(.*\)'"'$/\1/
        p
        q
    }' "$root$1"
}

part() { # NAME OTHER: the word of the present path that stands for @NAME@
    case $pattern in *"@$1@"*) ;; *) return 0 ;; esac
    expression=$(printf %s "$pattern" | sed -e 's/[][\.*^$|]/\\&/g' -e "s/@$1@/\\\\($word\\\\)/" -e "s/@$2@/$word/")
    printf '%s\n' "$present_path" | LC_ALL=C sed -n "s|^$expression\$|\\1|p"
}

has_lock() {
    case $present_path in 'unknown: '*) return 1 ;; $lock_value) ;; *) return 1 ;; esac
}

has_foreign_lock() {
    has_lock && [ -z "$present_cluster" ]
}
