import subprocess
def solve(text):
    first = subprocess.Popen(["sort"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    second = subprocess.Popen(["uniq", "-c"], stdin=first.stdout, stdout=subprocess.PIPE, text=True)
    first.stdout.close()
    first.stdin.write(text)
    first.stdin.close()
    return [line.split() for line in second.communicate()[0].splitlines()]
# === wrong
import subprocess
def solve(text):
    return [line.split() for line in subprocess.run(["uniq", "-c"], input=text, capture_output=True, text=True).stdout.splitlines()]
# === tests
assert solve("b\na\nb\n") == [["1", "a"], ["2", "b"]]
