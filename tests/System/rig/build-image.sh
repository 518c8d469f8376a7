#!/bin/bash
# build-image.sh DIR [SUITE]: makes in DIR the Debian (trixie) that rig.sh boots (host/vm: disk.img, vmlinuz, initrd) and the tree that the engines run in (host).
set -euo pipefail
here=$(dirname "$(realpath "$0")")
dir=$(realpath "${1:?usage: build-image.sh DIR [SUITE]}") suite=${2:-trixie}
packages='e2fsprogs,systemd,systemd-sysv,dbus,udev,linux-image-cloud-amd64,python3-minimal,iproute2,procps,?name(^libicu[0-9]+$),ca-certificates'

mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)
[ -n "$mirror" ] || mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\?\([^ ]*debian[^ ]*\) .*/\2/p' /etc/apt/sources.list | head -n 1)
command -v mmdebstrap >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap zstd xz-utils curl e2fsprogs >/dev/null; }
rm -rf "$dir/guest" "$dir/host"
mmdebstrap --quiet --variant=minbase --include="$packages" "$suite" "$dir/guest.tar" "$mirror"
mkdir "$dir/guest" && tar -C "$dir/guest" -xf "$dir/guest.tar" && rm "$dir/guest.tar"
mmdebstrap --quiet --variant=apt --include=qemu-system-x86 trixie "$dir/host" "$mirror" # the engines run in this tree: QEMU 10, and a glibc that user-mode Linux wants
file=$(curl -sf "$mirror/dists/sid/main/binary-amd64/Packages.xz" | xz -dc | awk '/^Package:/ { p = $2 == "user-mode-linux" } p && /^Filename:/ { print $2 }')
curl -sf -o "$dir/uml.deb" "$mirror/$file" # older ones panic on CPUs with a large FPU state
dpkg -x "$dir/uml.deb" "$dir/host/uml"
cp "$here/rig.service" "$dir/guest/etc/systemd/system/"
mkdir -p "$dir/guest/etc/systemd/system/multi-user.target.wants" "$dir/guest/payload" "$dir/host/vm"
ln -sf ../rig.service "$dir/guest/etc/systemd/system/multi-user.target.wants/rig.service"
echo rig >"$dir/guest/etc/hostname"
truncate -s 3G "$dir/host/vm/disk.img"
mke2fs -q -t ext4 -d "$dir/guest" "$dir/host/vm/disk.img"
cp "$dir"/guest/boot/vmlinuz-* "$dir/host/vm/vmlinuz"
cp "$dir"/guest/boot/initrd.img-* "$dir/host/vm/initrd"
rm -rf "$dir/guest"
touch "$dir/complete"
