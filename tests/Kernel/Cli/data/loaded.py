"""loaded.py SANDBOXCTL: prints which of the assemblies that only the daemon's clients need a run --embedded has loaded."""
import re
import subprocess
import sys

run = subprocess.Popen(
    [sys.argv[1], "run", "--embedded", "--allow-degraded", "all", "--", "sh", "-c", "echo ready; read line"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
assert run.stdout.readline() == "ready\n"
with open(f"/proc/{run.pid}/maps") as maps:
    loaded = {name for name in re.findall(r"/([^/\n]+\.dll)$", maps.read(), re.MULTILINE)}
assert "AgentSandbox.Jails.dll" in loaded, loaded
print(sorted(name for name in loaded if re.search(r"Grpc|Contracts|Protobuf|AspNetCore|Net\.Http", name)))
run.communicate("\n", timeout=120)
