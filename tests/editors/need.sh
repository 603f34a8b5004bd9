# Sourced by the scripts of this folder: what they need, where it comes from, and how they say that it cannot be had.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PARTWELL=$(realpath "${PARTWELL:-${CARGO_TARGET_DIR:-target}/release/partwell}")
export PARTWELL LC_ALL=C.UTF-8
[ -x "$PARTWELL" ] || { echo "build it first: cargo build --release" >&2; exit 1; }
# A program, and the Debian packages that have it.
need() {
  command -v "$1" >/dev/null && return
  { apt-get update -q && apt-get install -qy --no-install-recommends "${@:2}"; } >/dev/null 2>&1
  command -v "$1" >/dev/null || skip "$1 cannot be installed here"
}
skip() {
  echo "SKIPPED: $0: $1" >&2
  exit 0
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
