import re
def solve(text):
    return {m["key"]: m["value"].strip('"') for m in re.finditer(r'(?P<key>\w+)=(?P<value>"[^"]*"|\S+)', text)}
# === wrong
def solve(text):
    return dict(part.split("=", 1) for part in text.split())
# === tests
assert solve('a=1 name="two words" z=x=y') == {"a": "1", "name": "two words", "z": "x=y"}
