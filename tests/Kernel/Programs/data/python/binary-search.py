def solve(items, wanted):
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(items) and items[low] == wanted else -1
# === wrong
def solve(items, wanted):
    low, high = 0, len(items) - 1
    while low < high:
        middle = (low + high) // 2
        if items[middle] <= wanted:
            low = middle
        else:
            high = middle
        if high - low < 2:
            break
    return low if items and items[low] == wanted else -1
# === tests
items = [1, 3, 3, 5, 8, 13]
assert [solve(items, n) for n in (1, 3, 5, 13, 4, 99)] == [0, 1, 3, 5, -1, -1]
assert solve([], 1) == -1
