import threading
def solve(threads, times):
    total, lock = [0], threading.Lock()
    def add():
        for _ in range(times):
            with lock:
                value = total[0]
                total[0] = value + 1
    running = [threading.Thread(target=add) for _ in range(threads)]
    [t.start() for t in running]
    [t.join() for t in running]
    return total[0]
# === wrong
import threading
def solve(threads, times):
    total, ready = [0], threading.Barrier(threads)
    def add():
        value = total[0]
        ready.wait()
        total[0] = value + times
    running = [threading.Thread(target=add) for _ in range(threads)]
    [t.start() for t in running]
    [t.join() for t in running]
    return total[0]
# === tests
assert solve(8, 1000) == 8000
