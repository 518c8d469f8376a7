using System.Text.Json;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>What <c>--report</c> and <c>--json</c> say of a run.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Report_SaysHowItEnded_AndWhatItUsed()
    {
        JsonElement report = Report([], "python3", "-c", "import sys; sum(i * i for i in range(3_000_000)); print('x' * 99); print('e', file=sys.stderr); sys.exit(3)");

        Assert.Equal(("EXITED", 3, 3), (Reason(report), report.GetProperty("end").GetProperty("code").GetInt32(), report.GetProperty("exitCode").GetInt32()));
        Assert.Equal(("python", "python3"), (report.GetProperty("profile").GetString(), report.GetProperty("argv")[0].GetString()));
        JsonElement usage = report.GetProperty("usage");
        Assert.Equal((100, 2), (usage.GetProperty("stdoutBytes").GetInt64(), usage.GetProperty("stderrBytes").GetInt64()));
        Assert.InRange(usage.GetProperty("userMs").GetDouble(), 20, usage.GetProperty("wallMs").GetDouble() + 100);
        Assert.InRange(usage.GetProperty("systemMs").GetDouble(), 0, usage.GetProperty("wallMs").GetDouble() + 100);
    }

    [Theory]
    [InlineData("SIGNALED", "signal", 15.0, new string[0], "kill -TERM $$")]
    [InlineData("TIMED_OUT", "limitMs", 300.0, new[] { "--timeout", "300ms" }, "sleep 1000")]
    [InlineData("OUTPUT_LIMIT", "limitBytes", 1024.0, new[] { "--output-limit", "1K" }, "yes")]
    public void Report_NamesTheReason_WithItsEvidence(string reason, string key, double value, string[] options, string script)
    {
        JsonElement end = Report(options, "sh", "-c", script).GetProperty("end");

        Assert.Equal((reason, value), (end.GetProperty("reason").GetString(), end.GetProperty(key).GetDouble()));
    }

    [Fact]
    public void Report_HasTheHashes_ThatPlanPrints()
    {
        JsonElement plan = Report([], "true").GetProperty("plan");

        string printed = Sandboxctl.Run("plan", "--", "true").Out;

        Assert.EndsWith(
            $"sha256 of the jail: {plan.GetProperty("jailSha256").GetString()}\nsha256 of the command: {plan.GetProperty("commandSha256").GetString()}\n",
            printed,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-such-program", 127, "ENOENT")]
    [InlineData("/etc/passwd", 126, "EACCES")]
    public void Report_OfAProgramThatDidNotStart_NamesTheStep(string program, int exitCode, string errno)
    {
        JsonElement report = Report([], program);

        Assert.Equal(("START_FAILED", exitCode, errno), (Reason(report), report.GetProperty("exitCode").GetInt32(), report.GetProperty("end").GetProperty("errno").GetString()));
        Assert.EndsWith(": the program", report.GetProperty("end").GetProperty("step").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Report_SaysWhatConfinedIt()
    {
        JsonElement report = Report([], "true");

        JsonElement status = report.GetProperty("proof").GetProperty("command").GetProperty("status");
        Assert.Equal(("1", "2"), (status.GetProperty("noNewPrivs").GetString(), status.GetProperty("seccomp").GetString()));
        Assert.True(report.GetProperty("proof").GetProperty("probes").GetProperty("probes").GetArrayLength() > 3);
    }

    [Fact]
    public void PlanHashes_AreEqual_ForEqualRequests_ButForTheUidRange()
    {
        (string Jail, string Command) first = Hashes(Report([], "true")), second = Hashes(Report([], "true")), other = Hashes(Report(["--nofile", "99"], "true"));

        Assert.Equal(first.Command, second.Command);
        Assert.NotEqual(first.Command, other.Command);
        Assert.All([first.Jail, first.Command], hash => Assert.Matches("^[0-9a-f]{64}$", hash));
    }

    [Fact]
    public void Json_IsOneObject_WithTheOutputInIt()
    {
        CliResult run = Sandboxctl.Run([.. Sandboxctl.Options("--json"), "--", "sh", "-c", "echo öut; printf '\\377\\000' >&2; exit 9"]);

        using JsonDocument report = JsonDocument.Parse(run.Stdout);
        Assert.Equal((9, "öut\n", "/wA="), (run.ExitCode, report.RootElement.GetProperty("stdout").GetString(), report.RootElement.GetProperty("stderrBase64").GetString()));
        Assert.False(report.RootElement.TryGetProperty("stderr", out _));
        Assert.Equal("", run.Err);
    }

    [Fact]
    public void Json_OfAnEndByTheSandbox_IsStillOneObject()
    {
        CliResult run = Sandboxctl.Run([.. Sandboxctl.Options("--json", "--timeout", "300ms"), "--", "sh", "-c", "echo so far; sleep 1000"]);

        using JsonDocument report = JsonDocument.Parse(run.Stdout);
        Assert.Equal((124, "TIMED_OUT", "so far\n"), (run.ExitCode, Reason(report.RootElement), report.RootElement.GetProperty("stdout").GetString()));
    }

    [Fact]
    public void Report_ThatCannotBeWritten_StopsTheRun_BeforeItBegins()
    {
        CliResult run = Sandboxctl.RunContained([.. Sandboxctl.Options("--report", "/absent/report.json"), "--", "echo", "ran"]);

        Assert.Equal((125, "", "sandboxctl: --report: /absent/report.json cannot be written: ENOENT\n"), (run.ExitCode, run.Out, run.Err));
        Assert.Empty(run.Left!);
    }

    private static string? Reason(JsonElement report) => report.GetProperty("end").GetProperty("reason").GetString();

    private static (string Jail, string Command) Hashes(JsonElement report) =>
        (report.GetProperty("plan").GetProperty("jailSha256").GetString()!, report.GetProperty("plan").GetProperty("commandSha256").GetString()!);

    private JsonElement Report(string[] options, params string[] command)
    {
        CliResult run = Sandboxctl.Run([.. Sandboxctl.Options(["--report", _file, .. options]), "--", .. command]);
        string text = File.ReadAllText(_file);
        Assert.True(text.Length > 0, run.ToString());
        using JsonDocument report = JsonDocument.Parse(text);
        return report.RootElement.Clone();
    }
}
