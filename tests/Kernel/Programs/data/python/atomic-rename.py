import os
def solve(path, text):
    with open(path + ".new", "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(path + ".new", path)
# === wrong
def solve(path, text):
    with open(path + ".new", "w") as file:
        file.write(text)
# === tests
import os, tempfile
with tempfile.TemporaryDirectory() as directory:
    path = os.path.join(directory, "file")
    solve(path, "one")
    solve(path, "two")
    assert os.listdir(directory) == ["file"]
    assert open(path).read() == "two"
