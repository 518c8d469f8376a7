def solve(n):
    out = ""
    for value, letters in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split()):
        out, n = out + letters * (n // value), n % value
    return out
# === wrong
def solve(n):
    out = ""
    for value, letter in zip((1000, 500, 100, 50, 10, 5, 1), "MDCLXVI"):
        out, n = out + letter * (n // value), n % value
    return out
# === tests
assert [solve(n) for n in (3, 4, 1994, 2026)] == ["III", "IV", "MCMXCIV", "MMXXVI"]
