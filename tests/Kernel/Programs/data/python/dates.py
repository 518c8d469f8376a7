import datetime
def solve(year):
    return [datetime.date(year, month, 13).isoformat() for month in range(1, 13) if datetime.date(year, month, 13).weekday() == 4]
# === wrong
def solve(year):
    return [f"{year}-{month:02}-13" for month in range(1, 13) if (year + month) % 7 == 4]
# === tests
assert solve(2026) == ["2026-02-13", "2026-03-13", "2026-11-13"]
assert solve(2025) == ["2025-06-13"]
