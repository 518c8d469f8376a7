def solve(n):
    rows = [[1]]
    while len(rows) < n:
        rows.append([1] + [a + b for a, b in zip(rows[-1], rows[-1][1:])] + [1])
    return rows
# === wrong
def solve(n):
    return [[1] * (i + 1) for i in range(n)]
# === tests
assert solve(5)[-1] == [1, 4, 6, 4, 1]
assert sum(solve(20)[-1]) == 2 ** 19
