#!/bin/bash
# What people write instead: is a pod in discovery that the primer does not have? `script.sh URL`, in the node's folder.
set -euo pipefail
exec 9>script.lock
flock -n 9 || exit 0
test ! -e handbrake || exit 0
new=0
while read -r cluster set; do
  curl -sSf -m 5 "$1" -H 'Content-Type: application/json' \
    -d "{\"cluster_name\":\"$cluster\",\"endpoint_set_id\":\"$set\",\"client_name\":\"script\"}" >answer.json
  jq -r '.endpoint_set.endpoints[].fqdn' answer.json | sort >now
  jq -r --arg c "$cluster" --arg s "$set" '.endpoint_sets[] | select(.cluster_name == $c and .endpoint_set_id == $s)
    | .endpoints[].fqdn' primer.json | sort >known
  new=$((new + $(comm -23 now known | wc -l)))
done < <(jq -r '.endpoint_sets[] | "\(.cluster_name) \(.endpoint_set_id)"' primer.json)
[ "$new" -eq 0 ] || echo refresh
