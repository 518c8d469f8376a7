using Xunit;

namespace AgentSandbox.Tests.Daemon.Cli;

/// <summary>What people are told when they get nothing.</summary>
public sealed class RefusalTests(CliFixture cli) : IClassFixture<CliFixture>
{
    private static readonly string[] s_create = ["create", "--profile", "shell", "--allow-degraded", "all"];

    [Theory]
    [InlineData(125, "run", "--", "true")]
    [InlineData(125, "exec", "j-absent", "--", "true")]
    [InlineData(1, "create")]
    [InlineData(1, "ps")]
    [InlineData(1, "top", "--once")]
    [InlineData(1, "status")]
    [InlineData(1, "cp", "j-absent:file", "-")]
    [InlineData(1, "workspace", "list")]
    [InlineData(2, "workspace", "diff", "w-absent")]
    public void DaemonDown_SaysHowToStartIt(int status, params string[] arguments)
    {
        CliResult run = cli.Run(["--socket", "/absent/api.sock", .. arguments]);

        Assert.Equal(status, run.ExitCode);
        Assert.StartsWith("sandboxctl: the daemon is not running: there is no /absent/api.sock; start it with 'systemctl start agent-sandboxd'", run.Err);
    }

    [Fact]
    public void SocketThatIsClosedToUs_NamesTheGroup()
    {
        using TemporaryFolder folder = new();
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        string path = Path.Combine(folder.Path, "api.sock");
        using System.Net.Sockets.Socket listener = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        listener.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        listener.Listen();
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_000);
        CliResult run = cli.RunAs(CliFixture.Stranger, "--socket", path, "ps");

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith($"sandboxctl: {path}: you may not connect; it is for members of group 'agent-sandbox': have an administrator run 'usermod -aG agent-sandbox ", run.Err);
    }

    [Fact]
    public void Stranger_IsToldTheRule_AndHowToGetIt()
    {
        CliResult run = cli.RunAs(CliFixture.Stranger, "ps");

        Assert.Equal(1, run.ExitCode);
        Assert.Matches(@"^sandboxctl: not permitted: .*policy\.json.*; to get it: .+\n$", run.Err);
    }

    [Fact]
    public void Agent_MakesOneJail_AndIsToldOfItsQuota()
    {
        CliResult made = cli.RunAs(CliFixture.Agent, s_create);
        CliResult second = cli.RunAs(CliFixture.Agent, s_create);
        CliResult foreign = cli.RunAs(CliFixture.Agent, "inspect", cli.Create());

        Assert.Equal(0, made.ExitCode);
        Assert.Equal(1, second.ExitCode);
        Assert.StartsWith("sandboxctl: quota jails: ", second.Err);
        Assert.StartsWith("sandboxctl: there is no jail ", foreign.Err);
        Assert.Contains("commands: not permitted to you", cli.RunAs(CliFixture.Agent, "inspect", made.Out.Trim()).Out);
    }

    [Theory]
    [InlineData("rm")]
    [InlineData("rm", "--all", "j-x")]
    [InlineData("update", "j-x")]
    [InlineData("kill", "-s", "NONE", "j-x", "c-1")]
    [InlineData("exec", "--json", "j-x", "--", "true")]
    [InlineData("run", "--profiles", "/tmp", "--", "true")]
    [InlineData("create", "--label", "x")]
    [InlineData("audit", "verify")]
    [InlineData("top", "--interval", "1ms")]
    [InlineData("no-such-command")]
    [InlineData("run", "--embedded", "--workspace", "w-x", "--", "true")]
    [InlineData("cp", "here", "there")]
    [InlineData("cp", "j-a:x", "j-b:y")]
    [InlineData("cp", "./j-a:x", "there")]
    [InlineData("cp", "j-a:/etc/passwd", "there")]
    [InlineData("workspace")]
    [InlineData("workspace", "create", "--label", "x")]
    [InlineData("workspace", "update", "w-x")]
    [InlineData("workspace", "rm", "--snapshot", "s-x", "w-a", "w-b")]
    [InlineData("workspace", "diff")]
    [InlineData("workspace", "rollback", "w-x")]
    public void WrongArguments_AreExitStatus2(params string[] arguments)
    {
        CliResult run = cli.Run(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Out));
        Assert.StartsWith("sandboxctl: ", run.Err);
    }
}
