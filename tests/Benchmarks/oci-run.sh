#!/bin/sh
# oci-run.sh RUNTIME: runs true in a container of RUNTIME, with the host's /usr as its root.
set -e
bundle=${TMPDIR:-/tmp}/agent-sandbox-bench-$1
if [ ! -e "$bundle/config.json" ]; then
  mkdir -p "$bundle/rootfs/usr" "$bundle/rootfs/proc" "$bundle/rootfs/dev" "$bundle/rootfs/sys"
  ln -sfn usr/bin "$bundle/rootfs/bin"
  ln -sfn usr/lib "$bundle/rootfs/lib"
  ln -sfn usr/lib64 "$bundle/rootfs/lib64"
  (cd "$bundle" && "$1" spec)
  python3 - "$bundle/config.json" <<'P'
import json, sys
spec = json.load(open(sys.argv[1]))
spec["process"].update(terminal=False, args=["/usr/bin/true"])
spec["mounts"].append({"destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind", "ro"]})
json.dump(spec, open(sys.argv[1], "w"))
P
fi
exec "$1" run --bundle "$bundle" "bench-$$"
