import subprocess
def solve(variables):
    return subprocess.run(["env"], env=variables, capture_output=True, text=True, check=True).stdout.splitlines()
# === wrong
import subprocess
def solve(variables):
    return subprocess.run(["env"], capture_output=True, text=True, check=True).stdout.splitlines()
# === tests
assert sorted(solve({"PATH": "/usr/bin:/bin", "X": "1 2"})) == ["PATH=/usr/bin:/bin", "X=1 2"]
