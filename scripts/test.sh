#!/usr/bin/env bash
# Everything: lint, unit, property and conformance tests on both databases, the race detector on packages
# with goroutines, a short fuzz of every parser that faces the outside, the dashboard, the browser. Every
# stage runs, whatever became of the one before; the last lines tell what was counted, skipped and failed.
set -uo pipefail
cd "$(dirname "$0")/.."
if [ -z "${ALMANAC_TEST_STARTED:-}" ]; then
	ALMANAC_TEST_STARTED=1 exec scripts/with-postgres.sh scripts/with-s3.sh "$0"
fi

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TMPDIR="$dir/tmp"
mkdir "$TMPDIR"
took=()
failed=()
stage() { # name, command …
	local name=$1 began=$SECONDS
	shift
	echo "== $name"
	"$@" || failed+=("$name")
	took+=("$name $((SECONDS - began)) s")
}
# Go tests write JSON, which the summary reads; what failed is shown at once.
gotest() { # file, arguments of go test …
	local out="$dir/$1.json" code=0
	shift
	go test -json "$@" >"$out" || code=$?
	go run ./scripts/summary "$out"
	return $code
}

build() {
	make --no-print-directory build || return 1
	local size
	size=$(wc -c <bin/almanac)
	echo "binary: $((size / 1000000)) MB"
	[ "$size" -lt 60000000 ] || { echo "the binary is over 60 MB" >&2; return 1; }
}
# One platform, packed twice: the checksums hold, are the same, and the program in the archive runs.
release() {
	local machine
	machine=$(go env GOARCH)
	PLATFORMS="linux/$machine" OUT="$dir/release" scripts/dist.sh || return 1
	PLATFORMS="linux/$machine" OUT="$dir/again" scripts/dist.sh >/dev/null || return 1
	cmp "$dir/release/SHA256SUMS" "$dir/again/SHA256SUMS" || return 1
	(cd "$dir/release" && sha256sum --quiet -c SHA256SUMS && tar -xzf almanac-*.tar.gz) || return 1
	"$dir"/release/almanac-*/almanac version || return 1
	local image
	image=$(cat "$dir"/release/*.image.tar | wc -c)
	[ "$image" -lt 40000000 ] || { echo "the container image has $image bytes, over 40 MB" >&2; return 1; }
}
# Types and calls that another system lacks; linking takes long and tells nothing more.
systems() {
	local system
	for system in windows darwin; do
		GOOS=$system go vet ./... || { echo "it does not build for $system" >&2; return 1; }
	done
}
size() { (cd web && npm run --silent size); }
unit() { gotest unit -count=1 -timeout 20m ./...; }
race() {
	CGO_ENABLED=1 gotest race -race -short -count=1 -timeout 15m \
		./connect/... ./decide ./history ./ingest ./model/parallel ./model/forecast/effect ./predict ./predict/demand ./serve/... ./sqldb ./state
}
fuzz() {
	local pkg name code=0
	# Making inputs smaller that only reach new code would take all of the time, and end it with an error.
	while read -r pkg name; do
		gotest "fuzz-$name" -run '^$' -fuzz "^$name\$" -fuzzminimizetime 20x -fuzztime "${FUZZTIME:-5s}" "$pkg" >"$dir/said" || {
			# Go ends a target that is interrupted at its deadline with an error of its own; a fault of ours names its input.
			if grep -q 'context deadline exceeded' "$dir/said" && ! grep -q 'Failing input' "$dir/said"; then
				gotest "fuzz-$name" -run '^$' -fuzz "^$name\$" -fuzzminimizetime 20x -fuzztime "${FUZZTIME:-5s}" "$pkg" >"$dir/said"
			else
				false
			fi
		} || { code=1; cat "$dir/said"; }
		echo "$pkg $name"
	done < <(go test -list '^Fuzz' ./... | awk '/^Fuzz/ {f[n++]=$1} /^ok/ {for (i=0;i<n;i++) print $2, f[i]; n=0}')
	return $code
}
# Official clients of tracking systems, as they come, against the program.
clients() (
	cd serve/clients || exit 1
	if ! [ node_modules/.package-lock.json -nt package-lock.json ]; then
		# Not npm ci: it refuses where a registry has no optional package of another platform.
		npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error || exit 1
		touch node_modules/.package-lock.json
	fi
	node --test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="$dir/clients.tap"
)
browser() {
	scripts/chromium.sh || return 1
	if ! command -v chromium >/dev/null; then
		echo "ok 1 - browser tests # SKIP no Chromium: install Debian's chromium to run them" >"$dir/browser.tap"
		return 0
	fi
	(cd web && node --test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination="$dir/browser.tap" e2e/)
}

stage "lint" scripts/lint.sh
stage "size of the dashboard's first load" size
stage "build" build
stage "release" release
stage "Windows and macOS" systems
stage "tests on SQLite and PostgreSQL" unit
stage "race detector" race
stage "fuzz" fuzz
stage "official clients" clients
stage "browser" browser

echo "== summary"
printf '%s\n' "${took[@]}"
go run ./scripts/summary -short "$dir"/*.json "$dir"/*.tap || true
if [ ${#failed[@]} -gt 0 ]; then
	echo "failed: $(printf '%s, ' "${failed[@]}" | sed 's/, $//')"
	exit 1
fi
