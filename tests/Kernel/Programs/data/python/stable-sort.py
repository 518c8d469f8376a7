def solve(items):
    if len(items) < 2:
        return items
    middle = len(items) // 2
    a, b, out = solve(items[:middle]), solve(items[middle:]), []
    while a and b:
        out.append(a.pop(0) if a[0][0] <= b[0][0] else b.pop(0))
    return out + a + b
# === wrong
def solve(items):
    return sorted(items, key=lambda item: (item[0], -ord(item[1])))
# === tests
items = [(2, "a"), (1, "b"), (2, "c"), (1, "d"), (0, "e")]
assert solve(items) == [(0, "e"), (1, "b"), (1, "d"), (2, "a"), (2, "c")]
