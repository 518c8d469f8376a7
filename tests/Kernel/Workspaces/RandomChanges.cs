using System.Globalization;

namespace AgentSandbox.Tests.Kernel.Workspaces;

/// <summary>Changes of all kinds to a small tree with few names, so that one kind of file comes where another was.</summary>
internal static class RandomChanges
{
    private const string Script = """
        import os, random, shutil, struct, sys
        r = random.Random(int(sys.argv[1]))
        def acl():
            return struct.pack('<I', 2) + b''.join(struct.pack('<HHI', t, p, 0xffffffff) for t, p in ((1, 7), (4, r.choice((0, 5))), (32, r.choice((0, 5)))))
        def place():
            return '/'.join(r.choice('abcd') for _ in range(r.choice((1, 1, 2, 2, 3, 4))))
        def clear(p):
            shutil.rmtree(p) if os.path.isdir(p) and not os.path.islink(p) else os.unlink(p)
        def write(p):
            f = os.open(p, os.O_RDWR | os.O_NONBLOCK | os.O_CREAT | r.choice((0, os.O_APPEND, os.O_TRUNC)))
            if os.path.isfile(p): os.write(f, (str(r.random()) * r.choice((1, 1, 500))).encode())
            os.close(f)
        def tree(p):
            for i in range(3): os.makedirs(p + '/' + place(), exist_ok=True); write(p + '/' + place())
        acts = [write, write, write, os.mkdir, os.mkdir, tree, clear, clear, clear,
            lambda p: os.symlink(place(), p), lambda p: os.link(place(), p), os.mkfifo, lambda p: shutil.move(place(), p), lambda p: os.rename(place(), p),
            lambda p: (clear(p), os.mkdir(p)), lambda p: (clear(p), tree(p)), lambda p: (clear(p), write(p)), lambda p: os.truncate(p, r.randrange(9000)),
            lambda p: os.chmod(p, r.choice((0o700, 0o755, 0o711))), lambda p: os.utime(p, (1, r.randrange(10**9))),
            lambda p: os.setxattr(p, 'user.x', b'x' * r.randrange(200)), lambda p: os.removexattr(p, 'user.x'), lambda p: os.setxattr(p, 'system.posix_acl_default', acl())]
        for i in range(60):
            try: r.choice(acts)(place())
            except (OSError, shutil.Error): pass
        """;

    /// <summary>The command that makes them.</summary>
    /// <param name="seed">Which ones.</param>
    public static string[] Command(int seed) => ["/usr/bin/env", "python3", "-c", Script, seed.ToString(CultureInfo.InvariantCulture)];
}
