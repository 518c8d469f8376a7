def solve(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps
# === wrong
def solve(n):
    steps = 1
    while n > 2:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps
# === tests
assert [solve(n) for n in (1, 2, 3, 27)] == [0, 1, 7, 111]
