from itertools import groupby
def solve(text):
    return "".join(f"{len(list(run))}{c}" for c, run in groupby(text))
# === wrong
def solve(text):
    return "".join(f"{text.count(c)}{c}" for c in dict.fromkeys(text))
# === tests
assert solve("aaabba") == "3a2b1a"
assert solve("") == ""
