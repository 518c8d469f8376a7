def solve(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]
# === wrong
def solve(a, b):
    return sum(x != y for x, y in zip(a, b)) + abs(len(a) - len(b))
# === tests
assert solve("kitten", "sitting") == 3
assert solve("abc", "bcd") == 2
assert solve("", "xy") == 2
