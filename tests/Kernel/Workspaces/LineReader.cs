using System.Text;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Tests.Kernel.Workspaces;

/// <summary>Reads what a command writes, line by line.</summary>
internal sealed class LineReader : IDisposable
{
    private readonly SafeFileHandle _nothing = Files.Open("/dev/null", Libc.O_RDWR);
    private readonly SafeFileHandle _read;
    private readonly SafeFileHandle _write;

    public LineReader()
    {
        (_read, _write) = Files.CreatePipe();
    }

    /// <summary>Starts a script whose stdout is read here.</summary>
    public Command Start(Jail jail, string script) => jail.Start(new CommandSpec { Argv = ["/bin/sh", "-c", script] }, new CommandStdio(_nothing, _write, _nothing));

    /// <summary>The next line.</summary>
    public string Next()
    {
        List<byte> line = [];
        byte[] one = new byte[1];
        while (Files.Read(_read, one) == 1 && one[0] != '\n')
        {
            line.Add(one[0]);
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    public void Dispose()
    {
        _read.Dispose();
        _write.Dispose();
        _nothing.Dispose();
    }
}
