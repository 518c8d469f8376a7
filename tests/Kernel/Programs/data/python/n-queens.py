def solve(n, columns=()):
    if len(columns) == n:
        return 1
    row = len(columns)
    return sum(solve(n, columns + (c,)) for c in range(n) if all(c != d and abs(c - d) != row - r for r, d in enumerate(columns)))
# === wrong
def solve(n, columns=()):
    if len(columns) == n:
        return 1
    return sum(solve(n, columns + (c,)) for c in range(n) if c not in columns)
# === tests
assert [solve(n) for n in range(1, 8)] == [1, 0, 0, 2, 10, 4, 40]
