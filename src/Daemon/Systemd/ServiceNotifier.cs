using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Daemon.Systemd;

/// <summary>Tells systemd how the service does. Without systemd each method does nothing.</summary>
/// <remarks>Source: sd_notify(3); systemd, FILE_DESCRIPTOR_STORE.md.</remarks>
public sealed class ServiceNotifier : IDisposable
{
    private const string Variable = "NOTIFY_SOCKET";
    private const int MaxFdName = 255;

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(5);

    private readonly SafeFileHandle? _socket;
    private readonly UnixDomainSocketEndPoint? _address;

    /// <summary>A notifier to <paramref name="address"/>.</summary>
    /// <param name="address">A path, <c>@</c> and an abstract name, or null for none.</param>
    /// <exception cref="ArgumentException">Neither form.</exception>
    public ServiceNotifier(string? address)
    {
        if (string.IsNullOrEmpty(address))
        {
            return;
        }

        _address = address[0] switch
        {
            '/' => new(address),
            '@' => new($"\0{address[1..]}"),
            _ => throw new ArgumentException($"{Variable}={address}: only a path or an abstract name can be notified", nameof(address)),
        };
        _socket = UnixSocket.Open(Libc.SOCK_DGRAM);
        UnixSocket.SetSendTimeout(_socket, s_deadline);
    }

    /// <summary>True if somebody is told.</summary>
    public bool IsActive => _socket is not null;

    /// <summary>The notifier to the socket in the environment, which is taken out of it: no child is to speak for us.</summary>
    public static ServiceNotifier FromEnvironment()
    {
        string? address = Environment.GetEnvironmentVariable(Variable);
        Environment.SetEnvironmentVariable(Variable, null);
        return new(address);
    }

    /// <summary>The service has started, or has reloaded.</summary>
    /// <exception cref="SyscallException">systemd does not take it.</exception>
    public void Ready(string status) => Send(["READY=1", Status(status)]);

    /// <summary>One line for <c>systemctl status</c>.</summary>
    /// <exception cref="SyscallException">systemd does not take it.</exception>
    public void SetStatus(string status) => Send([Status(status)]);

    /// <summary>The service reads its files again; <see cref="Ready"/> ends it.</summary>
    /// <exception cref="SyscallException">systemd does not take it.</exception>
    public void Reloading() => Send(["RELOADING=1", Usec("MONOTONIC_USEC", Stopwatch.GetElapsedTime(0))]); // Stopwatch counts from CLOCK_MONOTONIC's 0

    /// <summary>The service stops.</summary>
    /// <exception cref="SyscallException">systemd does not take it.</exception>
    public void Stopping(string status) => Send(["STOPPING=1", Status(status)]);

    /// <summary>The service is alive: <see cref="WatchdogTimer"/> says so.</summary>
    /// <exception cref="SyscallException">systemd does not take it.</exception>
    public void Watchdog() => Send(["WATCHDOG=1"]);

    /// <summary>Starting, reloading or stopping needs <paramref name="more"/> from now on.</summary>
    /// <exception cref="SyscallException">systemd does not take it.</exception>
    public void ExtendTimeout(TimeSpan more) => Send([Usec("EXTEND_TIMEOUT_USEC", more)]);

    /// <summary>The process <paramref name="pid"/> is the service.</summary>
    /// <exception cref="SyscallException">systemd does not take it.</exception>
    public void SetMainPid(int pid) => Send([string.Create(CultureInfo.InvariantCulture, $"MAINPID={pid}")]);

    /// <summary>Leaves <paramref name="fds"/> with systemd, which gives them back at the next start (<see cref="InheritedSockets.Stored"/>). They stay open here.</summary>
    /// <param name="name">Their name: 1 to 255 printable ASCII characters without a colon.</param>
    /// <param name="fds">1 to 253.</param>
    /// <param name="poll">False: systemd keeps them even if they hang up.</param>
    /// <exception cref="SyscallException">systemd does not take them.</exception>
    public void StoreFds(string name, ReadOnlySpan<SafeHandle> fds, bool poll = true) =>
        Send(["FDSTORE=1", FdName(name), .. (ReadOnlySpan<string>)(poll ? [] : ["FDPOLL=0"])], fds);

    /// <summary>systemd closes the fds that it keeps by that name.</summary>
    /// <exception cref="SyscallException">systemd does not take it.</exception>
    public void RemoveFds(string name) => Send(["FDSTOREREMOVE=1", FdName(name)]);

    /// <summary>Waits until systemd has read all that was sent before.</summary>
    /// <returns>False if it did not in time.</returns>
    /// <exception cref="SyscallException">systemd does not take it.</exception>
    public bool Barrier(TimeSpan timeout)
    {
        if (!IsActive)
        {
            return true;
        }

        (SafeFileHandle read, SafeFileHandle write) = Files.CreatePipe();
        using (read)
        {
            using (write)
            {
                Send(["BARRIER=1"], [write]);
            }

            return Files.Poll(read, Libc.POLLIN, timeout); // it hangs up when systemd closes the other end
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private void Send(ReadOnlySpan<string> lines, ReadOnlySpan<SafeHandle> fds = default)
    {
        if (_socket is not null)
        {
            UnixSocket.Send(_socket, Encoding.UTF8.GetBytes(string.Join('\n', lines)), fds, _address);
        }
    }

    // A line feed would begin another assignment.
    private static string Status(string status) => $"STATUS={status.ReplaceLineEndings(" ")}";

    private static string Usec(string name, TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{name}={(long)time.TotalMicroseconds}");

    private static string FdName(string name) =>
        name.Length is > 0 and <= MaxFdName && name.All(c => c is > ' ' and < '\x7f' and not ':') ? $"FDNAME={name}" : throw new ArgumentException($"'{name}' cannot name fds", nameof(name));
}
