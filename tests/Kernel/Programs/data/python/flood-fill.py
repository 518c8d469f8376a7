def solve(rows):
    cells = {(r, c) for r, row in enumerate(rows) for c, x in enumerate(row) if x == "#"}
    count = 0
    while cells:
        count, edge = count + 1, [cells.pop()]
        while edge:
            r, c = edge.pop()
            for near in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
                if near in cells:
                    cells.remove(near)
                    edge.append(near)
    return count
# === wrong
def solve(rows):
    return sum(row.replace(".", " ").split() != [] for row in rows)
# === tests
assert solve(["##..#", ".#..#", "#...."]) == 3
assert solve(["..."]) == 0
assert solve(["#.#.#"]) == 3
