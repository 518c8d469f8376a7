def solve(text, shift):
    def turn(c, a):
        return chr((ord(c) - ord(a) + shift) % 26 + ord(a))
    return "".join(turn(c, "a") if c.islower() else turn(c, "A") if c.isupper() else c for c in text)
# === wrong
def solve(text, shift):
    return "".join(chr(ord(c) + shift) if c.isalpha() else c for c in text)
# === tests
assert solve("Hello, xyz!", 3) == "Khoor, abc!"
assert solve(solve("Zebra", 11), -11) == "Zebra"
