# Sourced by the launchers of this directory: a runtime is there, and `libraries` is where the jars
# are. From a checkout it builds on first use and after changes; from an unpacked distribution it
# just looks beside bin.
# shellcheck shell=bash

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)

fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 70
}

# Where the jars are: beside bin in a distribution, below target in a checkout.
find_libraries() {
  if [[ -d $here/../lib ]]; then
    printf '%s\n' "$here/../lib"
    return
  fi
  local checkout
  checkout=$(cd "$here/../.." && pwd)
  [[ -f $checkout/pom.xml ]] || fail "neither a distribution (lib beside bin) nor a checkout: $here"
  build_if_stale "$checkout"
  printf '%s\n' "$checkout/deploy/target/dist/lib"
}

build_if_stale() {
  local checkout=$1 stamp=$1/deploy/target/dist/.built
  if [[ ${CORALE_NO_BUILD:-} == 1 && -f $stamp ]] || is_fresh "$checkout" "$stamp"; then
    return
  fi
  command -v mvn >/dev/null || fail "building from a checkout needs Maven (mvn) on the PATH"
  printf '%s: building (first use, or sources changed) ...\n' "$(basename "$0")" >&2
  local log
  log=$(mktemp)
  # One build at a time: several commands may be started at once on a fresh checkout.
  if ! (
    flock 9
    is_fresh "$checkout" "$stamp" ||
      { cd "$checkout" && mvn -B -q -pl deploy -am -DskipTests -Dspotless.check.skip=true -Djacoco.skip=true package >"$log" 2>&1 && touch "$stamp"; }
  ) 9>"$checkout/.build.lock"; then
    tail -n 30 "$log" >&2
    fail "the build failed; its whole output is in $log"
  fi
  rm -f "$log"
}

is_fresh() {
  local checkout=$1 stamp=$2
  [[ -f $stamp ]] &&
    [[ -z $(find "$checkout"/pom.xml "$checkout"/*/pom.xml "$checkout"/*/src/main -newer "$stamp" -print -quit) ]]
}

command -v java >/dev/null || fail "needs a Java runtime, 17 or later, on the PATH"
# shellcheck disable=SC2034 # for the launcher that sources this
libraries=$(find_libraries)
