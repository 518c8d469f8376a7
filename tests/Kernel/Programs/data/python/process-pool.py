from multiprocessing import Pool
def square(n):
    return n * n
def solve(numbers):
    with Pool(3) as pool:
        return pool.map(square, numbers)
# === wrong
def solve(numbers):
    return [n + n for n in numbers]
# === tests
assert solve(range(50)) == [n * n for n in range(50)]
