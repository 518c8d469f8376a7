using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using AgentSandbox.Daemon.Systemd;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Systemd;

[Collection(Alone.Name)]
public sealed class InheritedSocketsTests
{
    private const string SocketVariable = "AGENT_SANDBOX_TEST_SOCKET";

    // A socket that listens is fd 3, a pipe with something in it fd 4, a connected socket fd 5: as systemd would start us.
    private const string Starter = """
        import os, socket, sys
        listener = socket.socket(socket.AF_UNIX); listener.bind(os.environ["AGENT_SANDBOX_TEST_SOCKET"]); listener.listen()
        read, write = os.pipe(); os.write(write, b"kept"); os.close(write)
        pair = socket.socketpair()
        for number, fd in enumerate([listener.fileno(), read, pair[0].fileno()]): os.dup2(fd, 100 + number)
        for number in range(3): os.dup2(100 + number, 3 + number); os.close(100 + number)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="3", LISTEN_FDNAMES="api:jail-1:stored")
        os.execvp(sys.argv[1], sys.argv[1:])
        """;

    [Fact]
    public void FromEnvironment_InAServiceOfSystemd_TakesWhatItGave()
    {
        Requires.Feature("python3");
        using TemporaryFolder folder = new();
        string[] child = [Environment.ProcessPath!, .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(InheritedSocketsTests).Assembly.Location] : Array.Empty<string>(),
            "-noLogo", "-noColor", "-explicit", "only", "-method", $"{typeof(InheritedSocketsTests).FullName}.{nameof(TheChild)}"];
        ProcessStartInfo start = new("python3", ["-c", Starter, .. child]) { RedirectStandardOutput = true };
        start.Environment[SocketVariable] = Path.Combine(folder.Path, "api");
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Total: 1,", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Skipped: 1", output, StringComparison.Ordinal);
    }

    /// <summary>Runs in the child that the test above starts.</summary>
    [Fact(Explicit = true)]
    public void TheChild()
    {
        using var inherited = InheritedSockets.FromEnvironment();

        Assert.Null(Environment.GetEnvironmentVariable("LISTEN_FDS"));
        Assert.Equal(["api"], inherited.Listening.Select(fd => fd.Name));
        Assert.Equal(["jail-1", "stored"], inherited.Stored.Select(fd => fd.Name));
        Assert.All(inherited.Listening.Concat(inherited.Stored), fd => Assert.False(InheritedFds.IsInherited(fd.File)));
        byte[] buffer = new byte[10];
        using var kept = Assert.Single(inherited.TakeStored("jail-1"));
        Assert.Equal("kept", Encoding.UTF8.GetString(buffer, 0, Files.Read(kept, buffer)));
        using var listener = Assert.Single(inherited.TakeListening("api"));
        using Socket socket = new(new SafeSocketHandle(listener.DangerousGetHandle(), ownsHandle: false));
        using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(Environment.GetEnvironmentVariable(SocketVariable)!));
        using Socket accepted = socket.Accept();
        Assert.True(accepted.Connected);
        Assert.Empty(inherited.TakeListening("api"));
    }

    [Fact]
    public void FromEnvironment_WhenItIsMeantForAnother_TakesNothing()
    {
        Set("1", "3", null);

        using var inherited = InheritedSockets.FromEnvironment();

        Assert.Empty(inherited.Listening);
        Assert.Empty(inherited.Stored);
        Assert.Null(Environment.GetEnvironmentVariable("LISTEN_PID"));
    }

    [Theory]
    [InlineData("x", null)]
    [InlineData("-1", null)]
    [InlineData("1000000", null)]
    [InlineData("2", "one")]
    public void FromEnvironment_WhenItMakesNoSense_Refuses(string count, string? names)
    {
        Set($"{Environment.ProcessId}", count, names);

        Assert.Throws<FormatException>(InheritedSockets.FromEnvironment);
    }

    [Fact]
    public void Take_WhenAnFdIsNotOpen_TakesNone() => Assert.Equal(Errno.EBADF, Assert.Throws<SyscallException>(() => InheritedFds.Take(1_000_000, 1)).Errno);

    private static void Set(string pid, string count, string? names)
    {
        Environment.SetEnvironmentVariable("LISTEN_PID", pid);
        Environment.SetEnvironmentVariable("LISTEN_FDS", count);
        Environment.SetEnvironmentVariable("LISTEN_FDNAMES", names);
    }
}
