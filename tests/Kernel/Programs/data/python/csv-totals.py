import csv, io
def solve(text):
    totals = {}
    for row in csv.DictReader(io.StringIO(text)):
        totals[row["name"]] = totals.get(row["name"], 0) + int(row["amount"])
    return totals
# === wrong
def solve(text):
    return dict((line.split(",")[0], int(line.split(",")[1])) for line in text.splitlines()[1:])
# === tests
assert solve('name,amount\na,1\n"b, c",2\na,5\n') == {"a": 6, "b, c": 2}
