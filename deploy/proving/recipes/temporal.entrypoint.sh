# Other hosts of the cluster are told an address that they can reach, not the wildcard.
set -eu
own=$(getent hosts "$(hostname)" | awk '{ print $1; exit }')
: "${BIND_ON_IP:=$own}"
case $BIND_ON_IP in
  0.0.0.0 | ::0) : "${TEMPORAL_BROADCAST_ADDRESS:=$own}" && export TEMPORAL_BROADCAST_ADDRESS ;;
esac
export BIND_ON_IP
exec temporal-server start
