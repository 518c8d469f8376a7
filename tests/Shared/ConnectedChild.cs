using System.Diagnostics;
using System.Net.Sockets;

namespace AgentSandbox.Tests;

/// <summary>A process of another user, connected to a Unix socket of the test's. It lives until the test ends it.</summary>
internal sealed class ConnectedChild : IDisposable
{
    private const string Script = "import socket, sys\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\nsys.stdin.read()";

    private readonly DirectoryInfo _directory;
    private readonly Process _process;

    /// <summary>Starts <c>COMMAND... python3</c>, which connects.</summary>
    /// <param name="command">What changes the identity: <c>setpriv --reuid 1000 ...</c>; empty for the test's own.</param>
    public ConnectedChild(params string[] command)
    {
        _directory = Directory.CreateTempSubdirectory("agent-sandbox-test-");
        File.SetUnixFileMode(_directory.FullName, (UnixFileMode)0b111_101_101);
        string path = Path.Combine(_directory.FullName, "socket");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        listener.Listen();
        string[] all = [.. command, "/usr/bin/python3", "-c", Script, path];
        _process = Process.Start(new ProcessStartInfo(all[0], all[1..]) { RedirectStandardInput = true })!;
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        Socket = listener.AcceptAsync(patience.Token).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>The command that runs a program as a user with these groups and nothing else.</summary>
    public static string[] As(uint uid, uint gid, params uint[] groups) =>
        ["/usr/bin/setpriv", $"--reuid={uid}", $"--regid={gid}", groups.Length == 0 ? "--clear-groups" : $"--groups={string.Join(',', groups)}"];

    /// <summary>Our end.</summary>
    public Socket Socket { get; }

    /// <summary>The pid of the process.</summary>
    public int Pid => _process.Id;

    /// <summary>Lets the process end, and waits for it.</summary>
    public void End()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        End();
        _process.Dispose();
        Socket.Dispose();
        _directory.Delete(recursive: true);
    }
}
