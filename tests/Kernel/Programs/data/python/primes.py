def solve(n):
    sieve = bytearray([1]) * (n + 1)
    sieve[:2] = b"\0\0"
    for i in range(2, int(n ** 0.5) + 1):
        if sieve[i]:
            sieve[i * i::i] = bytes(len(sieve[i * i::i]))
    return [i for i in range(n + 1) if sieve[i]]
# === wrong
def solve(n):
    return [i for i in range(2, n + 1) if pow(2, i, i) == 2 or i == 2]
# === tests
assert solve(30) == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]
assert len(solve(10_000)) == 1229
