using System.Diagnostics;
using AgentSandbox.Grpc.Client;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary>A way to the daemon through a process of another user, which the daemon takes for the caller.</summary>
internal sealed class OtherUser : IDisposable
{
    private const string Relay = """
        import socket, sys, threading
        def pump(a, b):
            while data := a.recv(65536):
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        there = socket.socket(socket.AF_UNIX)
        there.connect(sys.argv[1])
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(sys.argv[2])
        listener.listen()
        print("ready", flush=True)
        here = listener.accept()[0]
        threading.Thread(target=pump, args=(here, there), daemon=True).start()
        pump(there, here)
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("agent-sandbox-test-");
    private readonly Process _process;

    /// <summary>Connects as <paramref name="uid"/> with one group.</summary>
    public OtherUser(uint uid, string group)
    {
        File.SetUnixFileMode(_directory.FullName, (UnixFileMode)0b111_111_111);
        string here = Path.Combine(_directory.FullName, "relay");
        ProcessStartInfo start = new("setpriv", [$"--reuid={uid}", $"--regid={uid}", $"--groups={group}", "python3", "-c", Relay, InstalledService.Socket, here])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        IsConnected = _process.StandardOutput.ReadLine() == "ready";
        Error = IsConnected ? "" : _process.StandardError.ReadToEnd();
        Channel = new UnixChannel(here);
    }

    /// <summary>True if the kernel let it connect.</summary>
    public bool IsConnected { get; }

    /// <summary>Why not.</summary>
    public string Error { get; }

    /// <summary>The channel.</summary>
    public UnixChannel Channel { get; }

    public void Dispose()
    {
        Channel.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }
}
