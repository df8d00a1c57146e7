/**
 * Plays HAProxy's reload on the node that it is given: takes a while, and then HAProxy has the pods that there are now.
 * Nodes write to one journal, where appended lines are in the order of what happened, whatever any clock says.
 */
export const playedReloadScript = `#!/bin/sh
# Plays the reload of HAProxy on one node: sh reload-haproxy.sh balancer-1
cd "$(dirname "$0")" || exit
echo "$1 begins" >>reloads
sleep 0.6
cp pods.json "$1/yp.json" || exit
echo "$1 ends" >>reloads
echo "HAProxy on $1 has the pods of pods.json"
`;
