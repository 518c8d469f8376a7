import heapq
def solve(graph, start):
    distance, queue = {}, [(0, start)]
    while queue:
        d, node = heapq.heappop(queue)
        if node not in distance:
            distance[node] = d
            for other, length in graph[node].items():
                heapq.heappush(queue, (d + length, other))
    return distance
# === wrong
def solve(graph, start):
    distance, queue = {start: 0}, [start]
    for node in queue:
        for other, length in graph[node].items():
            if other not in distance:
                distance[other] = distance[node] + length
                queue.append(other)
    return distance
# === tests
graph = {"a": {"b": 7, "c": 1}, "b": {"d": 1}, "c": {"b": 2, "d": 9}, "d": {}}
assert solve(graph, "a") == {"a": 0, "c": 1, "b": 3, "d": 4}
