from bisect import bisect_left
def solve(items):
    tails = []
    for item in items:
        place = bisect_left(tails, item)
        tails[place:place + 1] = [item]
    return len(tails)
# === wrong
def solve(items):
    return len(set(items))
# === tests
assert solve([3, 1, 4, 1, 5, 9, 2, 6]) == 4
assert solve([5, 4, 3]) == 1
assert solve([]) == 0
