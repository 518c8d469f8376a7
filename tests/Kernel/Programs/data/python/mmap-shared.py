import mmap, os
def solve():
    memory = mmap.mmap(-1, 8)
    if os.fork() == 0:
        memory[:5] = b"child"
        os._exit(0)
    os.wait()
    return memory[:5]
# === wrong
import os
def solve():
    memory = bytearray(8)
    if os.fork() == 0:
        memory[:5] = b"child"
        os._exit(0)
    os.wait()
    return bytes(memory[:5])
# === tests
assert solve() == b"child"
