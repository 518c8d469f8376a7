from collections import OrderedDict
class Cache:
    def __init__(self, size):
        self.size, self.items = size, OrderedDict()
    def get(self, key):
        if key in self.items:
            self.items.move_to_end(key)
        return self.items.get(key)
    def put(self, key, value):
        self.items[key] = value
        self.items.move_to_end(key)
        if len(self.items) > self.size:
            self.items.popitem(last=False)
# === wrong
class Cache(dict):
    def __init__(self, size):
        self.size = size
    def put(self, key, value):
        if len(self) == self.size:
            del self[next(iter(self))]
        self[key] = value
# === tests
cache = Cache(2)
cache.put(1, "a"); cache.put(2, "b"); cache.get(1); cache.put(3, "c")
assert (cache.get(1), cache.get(2), cache.get(3)) == ("a", None, "c")
