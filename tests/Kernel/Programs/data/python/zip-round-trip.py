import io, zipfile
def solve(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with zipfile.ZipFile(packed) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, len(packed.getvalue())
# === wrong
def solve(files):
    return dict(files), sum(len(content) for content in files.values())
# === tests
files = {"a": b"x" * 100_000, "b/c": bytes(range(256))}
unpacked, size = solve(files)
assert unpacked == files and size < 2000
