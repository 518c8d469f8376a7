using System.Text.Json;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Cli;

/// <summary>Each command of <c>sandboxctl</c> against a daemon.</summary>
public sealed class CommandsTests(CliFixture cli) : IClassFixture<CliFixture>
{
    private const string Escape = "\e[31m";

    [Fact]
    public void Exec_RunsInTheJail_AndHasTheCommandsStatus()
    {
        string jail = cli.Create();
        cli.Do("exec", jail, "--", "sh", "-c", "echo kept > file");
        CliResult run = cli.RunWith("in"u8.ToArray(), "exec", "--env", "A=b", jail, "--", "sh", "-c", "cat; cat file; echo $A >&2; exit 9");

        Assert.Equal((9, "inkept\n", "b\n"), (run.ExitCode, run.Out, run.Err));
    }

    [Fact]
    public void BackgroundCommand_IsListed_Read_Signalled_AndWaitedFor()
    {
        string jail = cli.Create("--label", "for=logs");
        string id = cli.Do("exec", "--detach", jail, "--", "sh", "-c", "echo one; read line < pipe; sleep 1000", Escape);
        cli.Do("exec", jail, "--", "sh", "-c", "mkfifo pipe 2>/dev/null; true");

        Assert.Equal("c-1", id);
        Assert.Contains(@"\x1b[31m", cli.Do("ps", "--commands", jail));
        Assert.DoesNotContain('\e', cli.Do("inspect", jail));
        cli.Do("kill", jail, id);
        Assert.StartsWith("killed by ", cli.Do("wait", jail, id));
        Assert.Equal("one", cli.Do("logs", jail, id));
    }

    [Fact]
    public void Logs_WithFollow_EndsWithTheCommand_AndChangesNoByte()
    {
        string jail = cli.Create();
        string id = cli.Do("exec", "-d", jail, "--", "sh", "-c", "printf '\\033[1m\\377\\n'; echo err >&2");
        CliResult logs = cli.Run("logs", "-f", jail, id);

        Assert.Equal(new byte[] { 0x1b, (byte)'[', (byte)'1', (byte)'m', 0xff, (byte)'\n' }, logs.Stdout);
        Assert.Equal("err\n", logs.Err);
    }

    [Fact]
    public void Ps_FindsByLabel_AndPrintsJson()
    {
        string jail = cli.Create("--label", "test=ps", "--ttl", "1h");

        Assert.Equal(jail, cli.Do("ps", "--quiet", "--label", "test=ps"));
        using JsonDocument list = JsonDocument.Parse(cli.Do("ps", "--json", "--label", "test=ps"));
        JsonElement only = Assert.Single(list.RootElement.GetProperty("jails").EnumerateArray());
        Assert.Equal(jail, only.GetProperty("id").GetString());
        Assert.Equal("JAIL_STATE_RUNNING", only.GetProperty("state").GetString());
    }

    [Fact]
    public void PauseAndResume_ChangeTheState()
    {
        string jail = cli.Create("--label", "test=pause");
        cli.Do("pause", jail);
        Assert.Contains("paused", cli.Do("ps", "--label", "test=pause"));
        cli.Do("resume", jail);
        Assert.Contains("running", cli.Do("ps", "--label", "test=pause"));
    }

    [Fact]
    public void Update_ChangesALimit_AndInspectShowsIt()
    {
        string jail = cli.Create();
        cli.Do("update", jail, "--nofile", "123");

        using JsonDocument all = JsonDocument.Parse(cli.Do("inspect", "--json", jail));
        Assert.Equal("123", all.RootElement.GetProperty("jail").GetProperty("limits").GetProperty("openFiles").GetString());
        Assert.Contains("open files 123", cli.Do("inspect", jail));
        Assert.Contains("Landlock: ", cli.Do("inspect", jail));
    }

    [Fact]
    public void StatsAndTop_ListTheJail()
    {
        string jail = cli.Create();

        Assert.Contains(jail, cli.Do("stats"));
        Assert.Contains(jail, cli.Do("top", "--once"));
        using JsonDocument stats = JsonDocument.Parse(cli.Do("stats", "--json", jail));
        Assert.Equal(jail, stats.RootElement.GetProperty("jail").GetString());
    }

    [Fact]
    public void Rm_EndsTheJail()
    {
        string jail = cli.Create();
        cli.Do("rm", jail);
        CliResult gone = cli.Run("inspect", jail);

        Assert.Equal((1, $"sandboxctl: there is no jail {jail}, or it is not yours: 'sandboxctl ps' lists what there is\n"), (gone.ExitCode, gone.Err));
    }

    [Fact]
    public void Keys_AreMade_Used_AndRevoked()
    {
        string file = Path.GetTempFileName(); // 0600
        try
        {
            File.WriteAllText(file, cli.Do("key", "create", "test-key", "--role", "agent", "--expires", "1h"));
            string id = File.ReadAllText(file).Split('_')[1];
            Assert.Contains(id, cli.Do("--key-file", file, "whoami"));
            Assert.Contains("test-key", cli.Do("key", "list"));
            cli.Do("key", "revoke", id);
            CliResult refused = cli.Run("--key-file", file, "whoami");
            Assert.Equal(1, refused.ExitCode);
            Assert.StartsWith("sandboxctl: not let in: ", refused.Err);
            File.SetUnixFileMode(file, (UnixFileMode)0b110_100_100);
            Assert.Contains("chmod 600", cli.Run("--key-file", file, "whoami").Err);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Audit_IsShown_AndVerified()
    {
        string jail = cli.Create();

        Assert.Contains("jail-created", cli.Do("audit", "tail", "--jail", jail));
        Assert.Contains($"JAIL={jail}", cli.Do("audit", "show", "--jail", jail, "--limit", "1"));
        Assert.Contains("records hold: 1 to ", cli.Do("audit", "verify", "--file", cli.Daemon.AuditFile));
    }

    [Fact]
    public void Verify_WhenARecordWasEdited_NamesIt_AndFails()
    {
        cli.Create();
        string edited = Path.GetTempFileName();
        try
        {
            string[] lines = File.ReadAllLines(cli.Daemon.AuditFile);
            lines[1] = lines[1].Replace("uid", "UID", StringComparison.Ordinal).Replace("started", "Started", StringComparison.Ordinal).Replace("read", "Read", StringComparison.Ordinal);
            File.WriteAllText(edited, string.Join('\n', lines) + "\n");
            CliResult verify = cli.Run("audit", "verify", "--file", edited);

            Assert.Equal(1, verify.ExitCode);
            Assert.Contains("broken at record 2: ", verify.Out);
        }
        finally
        {
            File.Delete(edited);
        }
    }

    [Fact]
    public void Host_IsAsked()
    {
        Assert.Contains("good, at record ", cli.Do("status"));
        Assert.Equal("read 6 profiles and 3 roles", cli.Do("reload"));
        Assert.Contains("strict   yes", cli.Do("profile", "list", "--daemon"));
        Assert.Contains("namespace", cli.Run("doctor", "--daemon").Out);
        Assert.Contains("uid 0", cli.Do("whoami"));
    }
}
