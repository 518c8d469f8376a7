from collections import Counter
def solve(text):
    return sorted(Counter(text.lower().split()).items(), key=lambda pair: (-pair[1], pair[0]))
# === wrong
from collections import Counter
def solve(text):
    return sorted(Counter(text.split()).items())
# === tests
assert solve("the cat The dog the CAT") == [("the", 3), ("cat", 2), ("dog", 1)]
