#!/bin/bash
# fetch-headers.sh DIR: unpacks Debian sid's linux-libc-dev into DIR, for HeaderTests. The mirror is the one in this machine's own apt sources.
# What is fetched is checked: Debian's signature on InRelease, then the hash of each file.
set -euo pipefail
target=$(realpath -m "${1:?usage: fetch-headers.sh DIR}")
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

fail() { echo "fetch-headers.sh: $*" >&2; exit 1; }

sources=$(cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null || true) # a machine has one of them
mirror=$(
  printf '%s\n' "$sources" | sed -n -E 's/^URIs:[[:space:]]*(https?:[^[:space:]]+).*/\1/p; s/^deb[[:space:]]+(\[[^]]*\][[:space:]]*)?(https?:[^[:space:]]+).*/\2/p' | sed -n 1p
)
[ -n "$mirror" ] || fail "no http mirror in /etc/apt/sources.list.d/debian.sources or /etc/apt/sources.list"
[ -r "$keyring" ] || fail "$keyring is missing: install debian-archive-keyring"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetch() { # fetch PATH FILE [SHA256]
  /usr/lib/apt/apt-helper -qq -o APT::Sandbox::User=root download-file "${mirror%/}/$1" "$work/$2" ${3:+"SHA256:$3"} ||
    fail "cannot fetch ${mirror%/}/$1"
}

fetch dists/sid/InRelease InRelease
gpgv --quiet --keyring "$keyring" --output "$work/Release" "$work/InRelease" 2>"$work/gpgv" || { cat "$work/gpgv" >&2; fail "InRelease is not signed by Debian"; }

index=main/binary-all/Packages.xz
index_hash=$(awk -v file="$index" '/^[^ ]/ { in_sha256 = $0 == "SHA256:" } in_sha256 && $3 == file { print $1 }' "$work/Release")
[ -n "$index_hash" ] || fail "sid has no $index"
fetch "dists/sid/main/binary-all/by-hash/SHA256/$index_hash" Packages.xz "$index_hash"

read -r package package_hash < <(
  xz -dc "$work/Packages.xz" | awk '
    /^Package: / { wanted = $2 == "linux-libc-dev" }
    wanted && /^Filename: / { file = $2 }
    wanted && /^SHA256: / { hash = $2 }
    END { print file, hash }'
)
[ -n "${package_hash:-}" ] || fail "sid has no linux-libc-dev of architecture all"
fetch "$package" linux-libc-dev.deb "$package_hash"

rm -rf "$target"
mkdir -p "$target"
dpkg -x "$work/linux-libc-dev.deb" "$target"
echo "$target: ${package##*/}"
