import os, signal
def solve(numbers):
    seen = []
    for number in numbers:
        signal.signal(number, lambda n, _: seen.append(n))
        os.kill(os.getpid(), number)
    return seen
# === wrong
import os, signal
def solve(numbers):
    seen = []
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)
        os.kill(os.getpid(), number)
    return seen
# === tests
import signal
assert solve([signal.SIGUSR1, signal.SIGTERM, signal.SIGUSR2]) == [signal.SIGUSR1, signal.SIGTERM, signal.SIGUSR2]
