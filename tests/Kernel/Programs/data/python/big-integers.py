def solve(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a
# === wrong
def solve(n):
    return round(((1 + 5 ** 0.5) / 2) ** n / 5 ** 0.5)
# === tests
assert solve(10) == 55
assert solve(300) == 222232244629420445529739893461909967206666939096499764990979600
