from graphlib import TopologicalSorter, CycleError
def solve(needs):
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError:
        return None
# === wrong
def solve(needs):
    return sorted(needs)
# === tests
order = solve({"app": ["lib", "ui"], "ui": ["lib"], "lib": []})
assert order == ["lib", "ui", "app"]
assert solve({"a": ["b"], "b": ["a"]}) is None
