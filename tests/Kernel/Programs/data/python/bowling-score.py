def solve(rolls):
    score, i = 0, 0
    for _ in range(10):
        if rolls[i] == 10:
            score, i = score + sum(rolls[i:i + 3]), i + 1
        elif rolls[i] + rolls[i + 1] == 10:
            score, i = score + sum(rolls[i:i + 3]), i + 2
        else:
            score, i = score + rolls[i] + rolls[i + 1], i + 2
    return score
# === wrong
def solve(rolls):
    return sum(rolls)
# === tests
assert solve([10] * 12) == 300
assert solve([5] * 21) == 150
assert solve([3, 4] * 10) == 70
