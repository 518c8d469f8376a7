import os
def solve(root):
    return sorted((os.path.relpath(os.path.join(at, name), root), os.path.getsize(os.path.join(at, name))) for at, _, names in os.walk(root) for name in names)
# === wrong
import os
def solve(root):
    return sorted((name, 0) for name in os.listdir(root))
# === tests
import os, tempfile
with tempfile.TemporaryDirectory() as root:
    os.makedirs(os.path.join(root, "a", "b"))
    for name, text in (("x", "1"), ("a/y", "22"), ("a/b/z", "333")):
        with open(os.path.join(root, name), "w") as file:
            file.write(text)
    assert solve(root) == [("a/b/z", 3), ("a/y", 2), ("x", 1)]
