#!/bin/bash
# rig.sh ENGINE PAYLOAD: boots a Debian 13 with systemd and unified cgroup v2, mounts a copy of the folder PAYLOAD at /payload, runs /payload/run there as root,
# prints what it prints, and exits with its status. ENGINE: uml (user-mode Linux: quick; no Landlock, one CPU) or qemu (Debian's own kernel; slow without KVM).
# Exit status 99: the machine did not come up, or did not come to its end within RIG_SECONDS (default 600).
set -euo pipefail
here=$(dirname "$(realpath "$0")")
engine=${1:?usage: rig.sh uml|qemu PAYLOAD} payload=$(realpath "${2:?usage: rig.sh uml|qemu PAYLOAD}")
cache=${RIG_CACHE:-$here/../../../artifacts/rig}
packages=systemd,systemd-sysv,dbus,udev,linux-image-cloud-amd64,python3-minimal,iproute2,procps,libicu76,ca-certificates

# What the image is made from decides where it is kept: another list, another image.
key=$(cat "$here/rig.sh" "$here/rig.service" | sha256sum | cut -c1-16)
dir=$cache/$key
mkdir -p "$dir"
dir=$(realpath "$dir")

build_image() {
  local mirror file
  mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/debian.sources 2>/dev/null | head -n 1)
  [ -n "$mirror" ] || mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\?\([^ ]*debian[^ ]*\) .*/\2/p' /etc/apt/sources.list | head -n 1)
  command -v mmdebstrap >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends mmdebstrap zstd xz-utils curl e2fsprogs >/dev/null; }
  rm -rf "$dir/guest" "$dir/host"
  mmdebstrap --quiet --variant=minbase --include=$packages trixie "$dir/guest.tar" "$mirror"
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
}

[ -e "$dir/complete" ] || build_image >&2

run=$(mktemp -d "$dir/host/vm/run.XXXXXX")
trap 'rm -rf "$run"' EXIT
truncate -s 1G "$run/payload.img"
mke2fs -q -t ext4 -L payload -d "$payload" "$run/payload.img"
inside=/vm/$(basename "$run")
case $engine in
  uml) line="cd $inside && TMPDIR=/dev/shm exec /uml/usr/bin/linux.uml ubd0=disk.cow,/vm/disk.img ubd1=payload.img root=/dev/ubda rw mem=2048M con=null con0=fd:0,fd:1 quiet systemd.show_status=0" ;;
  qemu) line="cd $inside && exec qemu-system-x86_64 -M q35 -accel tcg,thread=multi -cpu Haswell -smp 2 -m 2048 -nographic -no-reboot -nodefaults -serial stdio -kernel /vm/vmlinuz -initrd /vm/initrd -append 'console=ttyS0 root=/dev/vda rw panic=-1 quiet systemd.show_status=0 net.ifnames=0' -drive file=/vm/disk.img,if=virtio,format=raw,snapshot=on -drive file=payload.img,if=virtio,format=raw -nic none" ;;
  *) echo "rig.sh: unknown engine '$engine': uml or qemu" >&2; exit 2 ;;
esac
# In a mount namespace of its own, so that the binds go away by themselves; the deadline ends whatever hangs.
unshare -m bash -c "mount --rbind /dev '$dir/host/dev' && mount -t proc proc '$dir/host/proc' && exec timeout -k 5 ${RIG_SECONDS:-600} chroot '$dir/host' sh -c \"$line\"" \
  </dev/null >"$run/console" 2>&1 &
machine=$!
tail --pid=$machine -n +1 -f "$run/console" | tr -d '\r' | sed -un '/^RIG-BEGIN/,/^RIG-END/p' | grep -v '^RIG-' || true
wait $machine || true
status=$(tr -d '\r' <"$run/console" | sed -n 's/^RIG-END \([0-9]*\)$/\1/p')
if [ -z "$status" ]; then
  echo "rig.sh: the $engine machine did not come to its end; the last of its console:" >&2
  tail -n 20 "$run/console" >&2
  exit 99
fi
exit "$status"
