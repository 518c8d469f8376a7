def solve(value):
    return [leaf for item in value for leaf in solve(item)] if isinstance(value, list) else [value]
# === wrong
def solve(value):
    return [leaf for item in value for leaf in (item if isinstance(item, list) else [item])]
# === tests
assert solve([1, [2, [3, [4]], []], 5]) == [1, 2, 3, 4, 5]
