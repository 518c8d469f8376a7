import sqlite3
def solve(rows):
    with sqlite3.connect(":memory:") as db:
        db.execute("create table t (name text, n integer)")
        db.executemany("insert into t values (?, ?)", rows)
        return db.execute("select name, sum(n) from t group by name order by 2 desc, 1").fetchall()
# === wrong
def solve(rows):
    return sorted(rows)
# === tests
assert solve([("a", 1), ("b", 5), ("a", 3), ("c", 5)]) == [("b", 5), ("c", 5), ("a", 4)]
