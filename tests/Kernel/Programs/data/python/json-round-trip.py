import json
def solve(value):
    return json.loads(json.dumps(value, ensure_ascii=True))
# === wrong
def solve(value):
    return eval(repr(value).replace("None", "null").replace("null", "0"))
# === tests
value = {"a": [1, 2.5, None, True], "ü": "\U0001f600\n"}
assert solve(value) == value
