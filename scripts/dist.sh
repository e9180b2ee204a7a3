#!/usr/bin/env bash
# Everything that is published of a version, in dist/: an archive for each platform, container images for
# Linux, a bill of materials, checksums. Two runs on the same commit give the same bytes.
# PLATFORMS and OUT narrow it down: PLATFORMS=linux/amd64 OUT=/tmp/x scripts/dist.sh
set -euo pipefail
cd "$(dirname "$0")/.."
version=${VERSION:-$(git describe --tags --always --dirty 2>/dev/null || echo dev)}
seconds=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
platforms=${PLATFORMS:-linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64}
out=${OUT:-dist}
if [ ! -f web/dist/index.html ]; then
	echo "the dashboard is not built: make web" >&2
	exit 1
fi
if [ -e "$out" ] && [ ! -e "$out/.build" ] && [ -n "$(ls -A "$out")" ]; then
	echo "$out holds other things than a release: name an empty folder with OUT" >&2
	exit 1
fi
rm -rf "$out"
mkdir -p "$out/.build"
programs=()
for platform in $platforms; do
	system=${platform%/*} machine=${platform#*/}
	program="$out/.build/$system-$machine/almanac"
	[ "$system" = windows ] && program+=.exe
	echo "$platform" >&2
	CGO_ENABLED=0 GOOS=$system GOARCH=$machine GOFLAGS= \
		go build -buildvcs=false -trimpath -ldflags "-s -w -X main.version=$version" -o "$program" ./cmd/almanac
	programs+=("$program")
done
go run ./scripts/dist -version "$version" -time "$seconds" -out "$out" "${programs[@]}"
(cd "$out" && wc -c almanac-* | sed '/ total$/d')
