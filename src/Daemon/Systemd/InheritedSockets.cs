using System.Collections.Immutable;
using System.Globalization;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Daemon.Systemd;

/// <summary>What systemd gave us at the start: sockets that listen, and fds that an earlier run left with it. Disposed, it closes those that nobody took.</summary>
/// <remarks>Source: sd_listen_fds(3). The order of sockets is not fixed, so they go by name.</remarks>
public sealed class InheritedSockets : IDisposable
{
    private const int FirstFd = 3;
    private const int MaxFds = 4096;
    private const string DefaultName = "unknown";

    private readonly List<InheritedFd> _listening;
    private readonly List<InheritedFd> _stored;

    private InheritedSockets(IEnumerable<InheritedFd> fds)
    {
        ILookup<bool, InheritedFd> listens = fds.ToLookup(fd => UnixSocket.ReadKind(fd.File) is { Listens: true, Type: Libc.SOCK_STREAM });
        _listening = [.. listens[true]];
        _stored = [.. listens[false]];
    }

    /// <summary>The sockets that listen.</summary>
    public ImmutableArray<InheritedFd> Listening => [.. _listening];

    /// <summary>The fds from systemd's store.</summary>
    public ImmutableArray<InheritedFd> Stored => [.. _stored];

    /// <summary>Takes what the environment names, and takes the names out of it. Call it once, before anything else opens files.</summary>
    /// <exception cref="FormatException">The environment is for us and makes no sense.</exception>
    /// <exception cref="SyscallException">An fd that it names is not open.</exception>
    public static InheritedSockets FromEnvironment()
    {
        string? pid = Take("LISTEN_PID");
        string? count = Take("LISTEN_FDS");
        string? names = Take("LISTEN_FDNAMES");
        Take("LISTEN_PIDFDID");
        if (pid != Environment.ProcessId.ToString(CultureInfo.InvariantCulture) || count is null)
        {
            return new([]); // meant for another process, as a shell that started us
        }

        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > MaxFds)
        {
            throw new FormatException($"LISTEN_FDS={count} is no number of fds");
        }

        string[] each = string.IsNullOrEmpty(names) ? [] : names.Split(':');
        if (each.Length != 0 && each.Length != number)
        {
            throw new FormatException($"LISTEN_FDNAMES names {each.Length} fds and LISTEN_FDS {number}");
        }

        return new(InheritedFds.Take(FirstFd, number).Select((file, i) => new InheritedFd(each.Length == 0 ? DefaultName : each[i], file)));
    }

    /// <summary>Takes the listening sockets of that name: now they are the caller's to dispose.</summary>
    public ImmutableArray<SafeFileHandle> TakeListening(string name) => Take(_listening, name);

    /// <summary>Takes the stored fds of that name: now they are the caller's to dispose.</summary>
    public ImmutableArray<SafeFileHandle> TakeStored(string name) => Take(_stored, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (InheritedFd fd in _listening.Concat(_stored))
        {
            fd.File.Dispose();
        }

        _listening.Clear();
        _stored.Clear();
    }

    private static ImmutableArray<SafeFileHandle> Take(List<InheritedFd> fds, string name)
    {
        ImmutableArray<SafeFileHandle> taken = [.. fds.Where(fd => fd.Name == name).Select(fd => fd.File)];
        fds.RemoveAll(fd => fd.Name == name);
        return taken;
    }

    private static string? Take(string variable)
    {
        string? value = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, null);
        return value;
    }
}
