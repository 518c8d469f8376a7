import unicodedata
def solve(text):
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).casefold()
# === wrong
def solve(text):
    return text.lower()
# === tests
assert solve("ÀÉîöÜ Straße") == "aeiou strasse"
