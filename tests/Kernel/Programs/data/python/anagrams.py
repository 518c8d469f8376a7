def solve(words):
    groups = {}
    for word in words:
        groups.setdefault("".join(sorted(word)), []).append(word)
    return sorted(groups.values())
# === wrong
def solve(words):
    return sorted([word] for word in words)
# === tests
assert solve(["tea", "eat", "ab", "ba", "x"]) == [["ab", "ba"], ["tea", "eat"], ["x"]]
assert solve([]) == []
