import subprocess, sys
def solve(codes):
    children = [subprocess.Popen([sys.executable, "-c", f"raise SystemExit({code})"]) for code in codes]
    return [child.wait() for child in children]
# === wrong
import subprocess, sys
def solve(codes):
    return [subprocess.Popen([sys.executable, "-c", "pass"]).wait() for code in codes]
# === tests
assert solve([0, 1, 7, 255]) == [0, 1, 7, 255]
