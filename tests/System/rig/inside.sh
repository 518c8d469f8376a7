#!/bin/bash
# Runs as root on the machine under test, in the folder that rig.sh brought there: installs the package, runs the tests, leaves results/.
# In a machine that rig.sh booted it is run by rig.sh's engine for hosts, so that the one way tests the other.
set -uo pipefail
cd "$(dirname "$(realpath "$0")")" || exit 1
if [ -e rig.sh ] && [ -z "${RIG_MACHINE:-}" ]; then
  RIG_MACHINE=$(<engine) RIG_SECONDS=0 exec ./rig.sh host . /var/tmp/rig # the machine itself has a deadline
fi

mkdir -p results
[ ! -e environment ] || { set -a && . ./environment && set +a; }
arguments=()
[ ! -e arguments ] || mapfile -t arguments <arguments
export RIG_PACKAGE=$PWD
RIG_ENGINE=$(<engine)
export RIG_ENGINE
case $RIG_ENGINE in # what each must have, so that a lack is a failure and no skip
  uml) SANDBOX_TESTS_REQUIRE=root,seccomp,cgroup,cpu,io,memory,pids,systemd,package ;;
  qemu) SANDBOX_TESTS_REQUIRE=root,seccomp,cgroup,cpu,cpuset,io,memory,pids,landlock,loop,systemd,package ;;
  *) SANDBOX_TESTS_REQUIRE=${SANDBOX_TESTS_REQUIRE:-root,seccomp,cgroup,systemd,package} ;;
esac
. /etc/os-release
[ "$VERSION_CODENAME" = bookworm ] || SANDBOX_TESTS_REQUIRE+=,systemd-254
export SANDBOX_TESTS_REQUIRE
if [ "$RIG_ENGINE" = qemu ]; then # emulated CPUs need their time
  mkdir -p /etc/systemd/system/service.d /etc/systemd/system/rig.service.d
  printf '[Service]\nTimeoutStartSec=10min\n' >/etc/systemd/system/service.d/emulated.conf
  printf '[Service]\nTimeoutStartSec=infinity\n' >/etc/systemd/system/rig.service.d/emulated.conf # instead of the other of that name: it is starting as long as the tests run
fi

journalctl --quiet -n 0 --show-cursor | sed -n 's/^-- cursor: //p' >results/cursor
dpkg -i agent-sandboxd.deb || echo "the package does not install"
status=0
# One at a time: they measure time, and share the one service. Those that take the service away come last.
for order in -trait- -trait; do
  tests/AgentSandbox.Tests.System -noLogo -noColor -parallel none "$order" Order=Last "${arguments[@]}" 2>&1 | tee -a results/tests.txt || status=1
done
journalctl --quiet -o short-monotonic --after-cursor="$(<results/cursor)" >results/journal.txt
systemctl --no-pager status agent-sandboxd.service agent-sandboxd.socket >results/status.txt 2>&1
exit $status
