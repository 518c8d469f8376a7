def solve(text):
    stack = []
    for c in text:
        if c in "([{":
            stack.append({"(": ")", "[": "]", "{": "}"}[c])
        elif c in ")]}" and (not stack or stack.pop() != c):
            return False
    return not stack
# === wrong
def solve(text):
    return all(text.count(a) == text.count(b) for a, b in ("()", "[]", "{}"))
# === tests
assert solve("a(b[c]{d})") and solve("")
assert not solve("([)]") and not solve("(") and not solve(")(")
