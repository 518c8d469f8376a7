#!/bin/bash
# build-deb.sh PUBLISHED OUT: makes OUT/agent-sandboxd_VERSION_amd64.deb of the tree and of the executables that './build.sh publish' left in PUBLISHED.
# DEB_REVISION: what follows the version (1). DEB_COMPRESSION: as -Z of dpkg-deb(1) has it (xz).
set -euo pipefail
cd "$(dirname "$0")/.."
published=${1:?usage: build-deb.sh PUBLISHED OUT} out=${2:?usage: build-deb.sh PUBLISHED OUT}
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)-${DEB_REVISION:-1}
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s)
export SOURCE_DATE_EPOCH
umask 022
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

# put MODE SOURCE TARGET: a file in the package
put() { install -D -m "$1" "$2" "$stage/$3"; }

# pack TARGET: standard input as a compressed file in the package, the same each time
pack() {
  mkdir -p "$stage/$(dirname "$1")"
  gzip -9n >"$stage/$1"
}

put 755 "$published/sandboxctl" usr/bin/sandboxctl
put 755 "$published/agent-sandboxd" usr/lib/agent-sandboxd/agent-sandboxd
put 755 "$published/agent-sandbox-attacks" usr/lib/agent-sandboxd/agent-sandbox-attacks
put 644 agent-sandboxd.service usr/lib/systemd/system/agent-sandboxd.service
put 644 packaging/agent-sandboxd.socket usr/lib/systemd/system/agent-sandboxd.socket
put 755 packaging/agent-sandboxd-generator usr/lib/systemd/system-generators/agent-sandboxd-generator
put 644 packaging/agent-sandboxd.sysusers usr/lib/sysusers.d/agent-sandboxd.conf
put 644 packaging/agent-sandboxd.tmpfiles usr/lib/tmpfiles.d/agent-sandboxd.conf
put 644 packaging/agent-sandboxd.catalog usr/lib/systemd/catalog/agent-sandboxd.catalog
put 644 packaging/daemon.json etc/agent-sandboxd/daemon.json
put 644 packaging/policy.json etc/agent-sandboxd/policy.json
sed -i 's:"\./policy\.schema\.json":"/usr/share/agent-sandboxd/policy.schema.json":' "$stage/etc/agent-sandboxd/policy.json"
for schema in daemon mcp-server policy; do
  put 644 packaging/$schema.schema.json usr/share/agent-sandboxd/$schema.schema.json
done
for profile in native-profiles/*.json; do
  put 644 "$profile" "usr/share/agent-sandboxd/profiles/$(basename "$profile")"
done

for page in packaging/man/*.md; do
  name=$(basename "$page" .md)
  python3 packaging/man/roff.py "$name" "$page" "$published/sandboxctl" | pack "usr/share/man/man${name##*.}/$name.gz"
done
mkdir -p "$stage/usr/share/bash-completion/completions"
"$published/sandboxctl" completion bash >"$stage/usr/share/bash-completion/completions/sandboxctl" 2>/dev/null ||
  cp packaging/sandboxctl.bash "$stage/usr/share/bash-completion/completions/sandboxctl"

doc=usr/share/doc/agent-sandboxd
put 644 packaging/debian/copyright $doc/copyright
pack $doc/changelog.gz <packaging/CHANGELOG.md
printf 'agent-sandboxd (%s) unstable; urgency=medium\n\n  * As changelog.gz says.\n\n -- %s  %s\n' "$version" \
  "$(sed -n 's/^Maintainer: //p' packaging/debian/control)" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | pack $doc/changelog.Debian.gz
put 644 packaging/debian/lintian-overrides usr/share/lintian/overrides/agent-sandboxd

size=$(du -sk --apparent-size "$stage" | cut -f1)
mkdir "$stage/DEBIAN"
sed "s/@VERSION@/$version/; s/@SIZE@/$size/" packaging/debian/control >"$stage/DEBIAN/control"
put 644 packaging/debian/conffiles DEBIAN/conffiles
for script in postinst prerm postrm; do
  put 755 packaging/debian/$script DEBIAN/$script
done
(cd "$stage" && find . -path ./DEBIAN -prune -o -path ./etc -prune -o -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' md5sum >DEBIAN/md5sums)
find "$stage" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$out"
deb=$out/agent-sandboxd_${version}_amd64.deb
dpkg-deb --root-owner-group "-Z${DEB_COMPRESSION:-xz}" --build "$stage" "$deb" >/dev/null
echo "$deb"
