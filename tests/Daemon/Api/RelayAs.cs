using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Grpc.Client;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>A process of another user that passes bytes between a socket of its own and the daemon's: whoever speaks through it is, for the daemon, that user.</summary>
internal sealed class RelayAs : IDisposable
{
    private const string Script = """
        import os, socket, sys, threading
        def pump(a, b):
            try:
                while data := a.recv(65536):
                    b.sendall(data)
            except OSError:
                pass
            for s in (a, b):
                try: s.shutdown(socket.SHUT_RDWR)
                except OSError: pass
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(sys.argv[1])
        listener.listen()
        print("ready", flush=True)
        while True:
            near, _ = listener.accept()
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(sys.argv[2])
            except OSError as e:
                print(e.strerror, flush=True)
                near.close()
                continue
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=pump, args=(a, b), daemon=True).start()
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    /// <summary>Starts one.</summary>
    /// <param name="daemon">The daemon's socket.</param>
    /// <param name="uid">The user, and its group.</param>
    /// <param name="groups">Its supplementary groups.</param>
    public RelayAs(string daemon, uint uid, params uint[] groups)
    {
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_111_111);
        string socket = Path.Combine(_folder.Path, "relay.sock");
        string id = uid.ToString(CultureInfo.InvariantCulture);
        string[] identity = ["--reuid", id, "--regid", id, .. groups.Length == 0 ? ["--clear-groups"] : new[] { "--groups", string.Join(',', groups) }];
        _process = Process.Start(new ProcessStartInfo("setpriv", [.. identity, "/usr/bin/python3", "-c", Script, socket, daemon]) { RedirectStandardOutput = true })!;
        Assert.Equal("ready", _process.StandardOutput.ReadLine());
        Channel = new UnixChannel(socket);
    }

    /// <summary>A channel to the daemon, as that user.</summary>
    public UnixChannel Channel { get; }

    /// <summary>What the relay could not do: the error of its connect.</summary>
    public string? ReadError() => _process.StandardOutput.ReadLine();

    public void Dispose()
    {
        Channel.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }
}
