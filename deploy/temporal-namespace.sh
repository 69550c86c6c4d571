# The namespace and its search attributes. What fails is tried again for a while; at the end the server's own list
# decides. TEMPORAL_NAMESPACE, RETENTION and SEARCH_ATTRIBUTES ("Name=Type Name=Type") come from the environment.
tries=60

listed() {
  temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE" |
    awk -v name="${1%%=*}" -v type="${1##*=}" '$1 == name && $2 == type { found = 1 } END { exit !found }'
}

until temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "namespace $TEMPORAL_NAMESPACE cannot be made" >&2; exit 1; }
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION" || sleep 2
done
while :; do
  missing=
  for each in $SEARCH_ATTRIBUTES; do
    listed "$each" || missing="$missing $each"
  done
  [ -n "$missing" ] || break
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "not listed as asked for:$missing" >&2; exit 1; }
  for each in $missing; do
    temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" --name "${each%%=*}" --type "${each##*=}" ||
      echo "$each: refused just now" >&2
  done
  sleep 2
done
echo "namespace $TEMPORAL_NAMESPACE has $SEARCH_ATTRIBUTES"
