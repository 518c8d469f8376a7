using System.Diagnostics;
using AgentSandbox.Daemon.Systemd;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Systemd;

[Collection(Alone.Name)]
public sealed class ServiceNotifierTests : IDisposable
{
    private readonly NotifySocket _systemd = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Ready_IsTold_ToPathsAndAbstractNames(bool isAbstract)
    {
        using NotifySocket systemd = new(isAbstract);
        using ServiceNotifier notifier = new(systemd.Address);

        notifier.Ready("3 jails");

        Assert.Equal("READY=1\nSTATUS=3 jails", systemd.ReceiveText());
    }

    [Fact]
    public void Messages_AreThoseOfTheProtocol()
    {
        using ServiceNotifier notifier = new(_systemd.Address);

        notifier.SetStatus("x\nMAINPID=1");
        Assert.Equal("STATUS=x MAINPID=1", _systemd.ReceiveText());
        notifier.Stopping("bye");
        Assert.Equal("STOPPING=1\nSTATUS=bye", _systemd.ReceiveText());
        notifier.Watchdog();
        Assert.Equal("WATCHDOG=1", _systemd.ReceiveText());
        notifier.ExtendTimeout(TimeSpan.FromSeconds(90));
        Assert.Equal("EXTEND_TIMEOUT_USEC=90000000", _systemd.ReceiveText());
        notifier.SetMainPid(77);
        Assert.Equal("MAINPID=77", _systemd.ReceiveText());
        notifier.RemoveFds("jail-1");
        Assert.Equal("FDSTOREREMOVE=1\nFDNAME=jail-1", _systemd.ReceiveText());
    }

    [Fact]
    public void Reloading_TellsTheMonotonicTime()
    {
        using ServiceNotifier notifier = new(_systemd.Address);
        double uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

        notifier.Reloading();

        string[] lines = _systemd.ReceiveText().Split('\n');
        Assert.Equal("RELOADING=1", lines[0]);
        Assert.Equal("MONOTONIC_USEC", lines[1].Split('=')[0]);
        double seconds = long.Parse(lines[1].Split('=')[1], System.Globalization.CultureInfo.InvariantCulture) / 1e6;
        Assert.InRange(seconds, uptime - 5, uptime + 60); // in a container the two differ by nothing; suspended time counts in uptime alone
    }

    [Fact]
    public void StoreFds_HandsThemOver_ByName()
    {
        using ServiceNotifier notifier = new(_systemd.Address);
        (SafeFileHandle read, SafeFileHandle write) = Files.CreatePipe();
        using SafeFileHandle ownRead = read, ownWrite = write;

        notifier.StoreFds("jail-1", [write, read], poll: false);

        (string text, SocketMessage message) = _systemd.Receive();
        using (message)
        {
            Assert.Equal("FDSTORE=1\nFDNAME=jail-1\nFDPOLL=0", text);
            Assert.Equal(2, message.Fds.Length);
            Files.WriteAll(message.Fds[0], "x"u8);
            Assert.Equal(1, Files.Read(read, new byte[2]));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:b")]
    [InlineData("a\nREADY=1")]
    [InlineData("ä")]
    public void StoreFds_WhenTheNameIsNone_Refuses(string name)
    {
        using ServiceNotifier notifier = new(_systemd.Address);

        Assert.Throws<ArgumentException>(() => notifier.StoreFds(name, []));
        Assert.True(_systemd.IsEmpty);
    }

    [Fact]
    public async Task Barrier_EndsWhenSystemdHasReadAll()
    {
        using ServiceNotifier notifier = new(_systemd.Address);
        Task<bool> barrier = Task.Run(() => notifier.Barrier(TimeSpan.FromSeconds(20)), TestContext.Current.CancellationToken);
        (string text, SocketMessage message) = _systemd.Receive();

        Assert.Equal(("BARRIER=1", 1), (text, message.Fds.Length));
        Assert.False(barrier.IsCompleted);
        message.Dispose();
        Assert.True(await barrier);
        Assert.False(notifier.Barrier(TimeSpan.FromMilliseconds(1))); // nobody reads
    }

    [Fact]
    public void FromEnvironment_TakesTheVariableOut()
    {
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", _systemd.Address);

        using var notifier = ServiceNotifier.FromEnvironment();

        Assert.True(notifier.IsActive);
        Assert.Null(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));
        using var none = ServiceNotifier.FromEnvironment();
        Assert.False(none.IsActive);
        none.Ready("nobody hears");
        Assert.True(none.Barrier(TimeSpan.Zero));
    }

    public void Dispose() => _systemd.Dispose();
}
