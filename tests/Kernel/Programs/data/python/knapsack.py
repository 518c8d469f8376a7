def solve(items, capacity):
    best = [0] * (capacity + 1)
    for weight, value in items:
        for room in range(capacity, weight - 1, -1):
            best[room] = max(best[room], best[room - weight] + value)
    return best[capacity]
# === wrong
def solve(items, capacity):
    best = [0] * (capacity + 1)
    for weight, value in items:
        for room in range(weight, capacity + 1):
            best[room] = max(best[room], best[room - weight] + value)
    return best[capacity]
# === tests
assert solve([(1, 1), (3, 4), (4, 5), (5, 7)], 7) == 9
assert solve([(2, 9)], 7) == 9
