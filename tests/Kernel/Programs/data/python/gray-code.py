def solve(bits):
    return [n ^ (n >> 1) for n in range(1 << bits)]
# === wrong
def solve(bits):
    return list(range(1 << bits))
# === tests
code = solve(6)
assert sorted(code) == list(range(64))
assert all((a ^ b).bit_count() == 1 for a, b in zip(code, code[1:] + code[:1]))
