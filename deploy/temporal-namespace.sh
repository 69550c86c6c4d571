# The namespace and its search attributes. What fails is tried again for a while; at the end the server's own list
# decides. TEMPORAL_NAMESPACE, RETENTION and SEARCH_ATTRIBUTES ("Name=Type Name=Type") come from the environment.
tries=60

again() {
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || { echo "$1" >&2; exit 1; }
  sleep 2
}

until temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; do
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION" ||
    again "namespace $TEMPORAL_NAMESPACE cannot be made"
done
while :; do
  there=$(temporal operator search-attribute list --namespace "$TEMPORAL_NAMESPACE") || there=
  missing= words=
  for each in $SEARCH_ATTRIBUTES; do
    name=${each%%=*} type=${each##*=}
    if ! echo "$there" | awk -v name="$name" -v type="$type" '$1 == name && $2 == type { found = 1 } END { exit !found }'; then
      missing="$missing $each"
      words="$words --name $name --type $type"
    fi
  done
  [ -n "$missing" ] || break
  # Not quoted: these are several words. A refusal is no end yet: hosts read a new namespace a little later.
  temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" $words || echo "refused just now:$missing" >&2
  again "not listed as asked for:$missing"
done
echo "namespace $TEMPORAL_NAMESPACE has $SEARCH_ATTRIBUTES"
