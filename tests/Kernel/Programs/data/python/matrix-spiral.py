def solve(rows):
    out = []
    while rows:
        out += rows[0]
        rows = list(zip(*rows[1:]))[::-1]
    return out
# === wrong
def solve(rows):
    return [x for row in rows for x in row]
# === tests
assert solve([[1, 2, 3], [4, 5, 6], [7, 8, 9]]) == [1, 2, 3, 6, 9, 8, 7, 4, 5]
assert solve([]) == []
