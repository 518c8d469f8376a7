#!/bin/bash
# rig.sh ENGINE PAYLOAD RESULTS: boots a Debian 13 (RIG_SUITE=bookworm: 12) with systemd and unified cgroup v2, mounts a copy of the folder PAYLOAD at /payload, runs /payload/run there as root,
# prints what it prints, brings /payload/results back to the folder RESULTS, and exits with its status.
# ENGINE: uml (user-mode Linux: quick; no Landlock, one CPU), qemu (Debian's own kernel; slow without KVM) or host (no machine: here, where systemd is PID 1).
# Exit status 99: the machine did not come up, or did not come to its end within RIG_SECONDS (default 600, with qemu 1500).
set -euo pipefail
here=$(dirname "$(realpath "$0")")
usage='usage: rig.sh uml|qemu|host PAYLOAD RESULTS'
engine=${1:?$usage} payload=$(realpath "${2:?$usage}") results=$(realpath -m "${3:?$usage}")/$engine
cache=${RIG_CACHE:-$here/../../../artifacts/rig}
case $engine in qemu) seconds=1500 ;; *) seconds=600 ;; esac
seconds=${RIG_SECONDS:-$seconds}
rm -rf "$results"
mkdir -p "$results"
echo "${RIG_MACHINE:-$engine}" >"$payload/engine"

if [ "$engine" = host ]; then
  [ -d /run/systemd/system ] || { echo "rig.sh: systemd is not PID 1 here: use uml or qemu" >&2; exit 99; }
  ! dpkg-query -W agent-sandboxd >/dev/null 2>&1 || { echo "rig.sh: agent-sandboxd is installed here, and the tests would purge it" >&2; exit 99; }
  status=0
  timeout -k 5 "$seconds" "$payload/run" || status=$?
  cp -r "$payload/results/." "$results"
  dpkg --purge agent-sandboxd >/dev/null 2>&1
  exit "$status"
fi

# What the image is made from decides where it is kept: another recipe, another image.
suite=${RIG_SUITE:-trixie}
key=$({ cat "$here/build-image.sh" "$here/rig.service" && echo "$suite"; } | sha256sum | cut -c1-16)
dir=$cache/$key
mkdir -p "$dir"
dir=$(realpath "$dir")
[ -e "$dir/complete" ] || "$here/build-image.sh" "$dir" "$suite" >&2

run=$(mktemp -d "$dir/host/vm/run.XXXXXX")
machine=
trap '[ -z "$machine" ] || kill "$machine" 2>/dev/null || true; rm -rf "$run"' EXIT
cp "$here/rig.sh" "$payload" # what a machine runs it runs as a host that has systemd
truncate -s 2G "$run/payload.img"
mke2fs -q -t ext4 -L payload -d "$payload" "$run/payload.img"
inside=/vm/$(basename "$run")
: >"$run/console" # it is read before the machine writes
case $engine in
  uml) line="cd $inside && TMPDIR=/dev/shm exec /uml/usr/bin/linux.uml ubd0=disk.cow,/vm/disk.img ubd1=payload.img root=/dev/ubda rw mem=2048M con=null con0=fd:0,fd:1 quiet loglevel=2 systemd.show_status=0" ;;
  qemu) line="cd $inside && exec qemu-system-x86_64 -M q35 -accel tcg,thread=multi -cpu Haswell -smp 2 -m 2048 -nographic -no-reboot -nodefaults -serial stdio -kernel /vm/vmlinuz -initrd /vm/initrd -append 'console=ttyS0 root=/dev/vda rw panic=-1 quiet loglevel=2 systemd.show_status=0 net.ifnames=0' -drive file=/vm/disk.img,if=virtio,format=raw,snapshot=on,file.locking=off -drive file=payload.img,if=virtio,format=raw -nic none" ;;
  *) echo "rig.sh: unknown engine '$engine': uml, qemu or host" >&2; exit 2 ;;
esac
# In a mount namespace of its own, so that the binds go away by themselves; the deadline ends whatever hangs.
unshare -m bash -c "mount --rbind /dev '$dir/host/dev' && mount -t proc proc '$dir/host/proc' && exec timeout -k 5 $seconds chroot '$dir/host' sh -c \"$line\"" \
  </dev/null >"$run/console" 2>&1 &
machine=$!
tail --pid=$machine -n +1 -f "$run/console" | sed -u 's/\r$//' | sed -un '/^RIG-BEGIN/,/^RIG-END/p' | grep --line-buffered -v '^RIG-' || true
wait $machine || true
machine=
cp "$run/console" "$results/console.txt"
debugfs -R "rdump /results $results" "$run/payload.img" >/dev/null 2>&1 && [ -d "$results/results" ] && mv "$results/results"/* "$results" && rmdir "$results/results" ||
  echo "rig.sh: no results came back" >&2
status=$(tr -d '\r' <"$run/console" | sed -n 's/^RIG-END \([0-9]*\)$/\1/p')
if [ -z "$status" ]; then
  echo "rig.sh: the $engine machine did not come to its end; the last of its console:" >&2
  tail -n 20 "$run/console" | sed 's/^/console: /' >&2
  exit 99
fi
exit "$status"
