using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>What the attacks need on the host: the program, a setuid copy of it, files that anyone may write, and sockets to reach for. Disposed, it is gone.</summary>
internal sealed class AttackStage : IDisposable
{
    /// <summary>Where the stage appears in the jail.</summary>
    public const string Target = "/attacks";

    /// <summary>The attack program in the jail.</summary>
    public const string Program = $"{Target}/attacks";

    /// <summary>Its copy that is root's and setuid.</summary>
    public const string SetuidProgram = $"{Target}/setuid";

    private const string FileName = "agent-sandbox-attacks";
    private const UnixFileMode ReadAndEnter = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _hidden;
    private readonly Socket _abstract = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <summary>Sets the stage.</summary>
    /// <param name="program">The attack program.</param>
    /// <exception cref="PolicyException">It is not there, or cannot set the stage.</exception>
    public AttackStage(string program)
    {
        if (!File.Exists(program))
        {
            throw new PolicyException("selftest", $"the attack program is not at {program}: ./build.sh build makes it");
        }

        _hidden = System.IO.Directory.CreateTempSubdirectory("agent-sandbox-attacks-"); // 0700: nobody on the host reaches the setuid copy in it
        try
        {
            Directory = Path.Combine(_hidden.FullName, "stage");
            System.IO.Directory.CreateDirectory(Directory);
            File.SetUnixFileMode(Directory, ReadAndEnter);
            string copy = Path.Combine(Directory, "attacks");
            File.Copy(program, copy);
            File.SetUnixFileMode(copy, ReadAndEnter);
            Prepare(copy);
            _abstract.Bind(new UnixDomainSocketEndPoint($"\0{AbstractName}"));
            _abstract.Listen();
            _listener.Start();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The attack program: beside this executable, or where the package puts it.</summary>
    public static string Beside { get; } = new[] { AppContext.BaseDirectory, "/usr/lib/agent-sandboxd" }
        .Select(directory => Path.Combine(directory, FileName))
        .FirstOrDefault(File.Exists, Path.Combine(AppContext.BaseDirectory, FileName));

    /// <summary>The directory on the host.</summary>
    public string Directory { get; } = "";

    /// <summary>The name of an abstract socket on which the host listens.</summary>
    public string AbstractName { get; } = $"agent-sandbox-attacks-{Guid.NewGuid():N}";

    /// <summary>A port of 127.0.0.1 on which the host listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The bind by which a jail sees the stage.</summary>
    public BindRequest Bind => new(Directory, Target, Writable: false);

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        _abstract.Dispose();
        _hidden.Delete(recursive: true);
    }

    private void Prepare(string program)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, ["prepare", "-", Directory]) { RedirectStandardOutput = true })!;
        string said = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new PolicyException("selftest", $"the stage cannot be set in {Directory}: {said}");
        }
    }
}
