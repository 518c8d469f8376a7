def solve(items):
    return [[x] + rest for i, x in enumerate(items) for rest in solve(items[:i] + items[i + 1:])] if items else [[]]
# === wrong
def solve(items):
    return [items[i:] + items[:i] for i in range(len(items))] or [[]]
# === tests
assert len(solve([1, 2, 3, 4])) == 24
assert solve([1, 2, 3])[3] == [2, 3, 1]
