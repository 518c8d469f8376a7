def solve(coins, amount):
    best = [0] + [None] * amount
    for n in range(1, amount + 1):
        options = [best[n - c] for c in coins if c <= n and best[n - c] is not None]
        best[n] = min(options) + 1 if options else None
    return best[amount]
# === wrong
def solve(coins, amount):
    count = 0
    for coin in sorted(coins, reverse=True):
        count, amount = count + amount // coin, amount % coin
    return count if amount == 0 else None
# === tests
assert solve([1, 3, 4], 6) == 2
assert solve([5, 7], 23) is None or solve([5, 7], 24) == 4
assert solve([2], 3) is None
