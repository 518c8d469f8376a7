import hashlib
def solve(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
# === wrong
import hashlib
def solve(path):
    return hashlib.sha256(path.encode()).hexdigest()
# === tests
import tempfile
with tempfile.NamedTemporaryFile() as file:
    file.write(b"abc")
    file.flush()
    assert solve(file.name) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
