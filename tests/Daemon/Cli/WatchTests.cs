using System.Diagnostics;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Cli;

/// <summary>Commands that go on until something ends, with a daemon in which something happens.</summary>
public sealed class WatchTests(CliFixture cli) : IClassFixture<CliFixture>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Events_OfAJail_AreToldAsTheyHappen_UntilItEnds()
    {
        string jail = cli.Create();
        using Watched events = Start("events", jail);
        while (!events.Lines.Any(line => line.Contains("jail-paused", StringComparison.Ordinal))) // from some moment on it listens
        {
            cli.Do("pause", jail);
            cli.Do("resume", jail);
        }

        cli.Do("rm", jail);

        Assert.Equal(0, await events.EndAsync());
        Assert.Contains("jail-ended", events.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stats_Watched_ComeAtEachInterval_UntilTheJailEnds()
    {
        string jail = cli.Create();
        using Watched stats = Start("stats", "--watch", "--interval", "100ms", jail);
        await stats.UntilAsync(lines => lines.Count(line => line.StartsWith(jail, StringComparison.Ordinal)) >= 3);

        cli.Do("rm", jail);

        Assert.Equal(0, await stats.EndAsync());
    }

    [Fact]
    public async Task AuditTail_Followed_TellsWhatComes()
    {
        using Watched audit = Start("audit", "tail", "--follow", "--kind", "jail-created");
        string jail;
        do
        {
            jail = cli.Create();
            cli.Do("rm", jail);
        }
        while (!audit.Lines.Any(line => line.Contains(jail, StringComparison.Ordinal)));

        Assert.All(audit.Lines, line => Assert.Contains("jail-created", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Key_FromTheEnvironment_IsWhoWeAre()
    {
        string key = cli.Do("key", "create", "--role", "agent", "watch").Split('\n')[0];

        CliResult ours = cli.Shell($"AGENT_SANDBOX_KEY={key} sandboxctl whoami --json; AGENT_SANDBOX_KEY={key} sandboxctl reload || test $? = 1");

        Assert.Contains("\"agent\"", ours.Out, StringComparison.Ordinal);
        Assert.Contains("not permitted", ours.Err, StringComparison.Ordinal); // the key narrows what root may do
        Assert.DoesNotContain(key, cli.Do("key", "list", "--json"), StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_Shipped_IsTaken_AndSaysWhoMay()
    {
        string shipped = Path.Combine(Repository.Root, "packaging/policy.json");

        Assert.Contains("the daemon would take it", cli.Do("policy", "check", "--profiles", Path.Combine(Repository.Root, "native-profiles"), shipped), StringComparison.Ordinal);
        Assert.Matches("(?m)^user root +admin ", cli.Do("policy", "who-can", "--policy", shipped, "policy.reload"));
        Assert.DoesNotContain("auditor", cli.Do("policy", "who-can", "--policy", shipped, "jail.create", "shell"), StringComparison.Ordinal);
    }

    private Watched Start(params string[] arguments)
    {
        Requires.Feature("root");
        return new Watched(cli.Executable, arguments, cli.Environment());
    }

    // A run of sandboxctl that goes on. Disposed, it has ended.
    private sealed class Watched : IDisposable
    {
        private readonly Process _process;
        private readonly List<string> _lines = [];
        private readonly SemaphoreSlim _came = new(0);

        public Watched(string program, string[] arguments, Dictionary<string, string> environment)
        {
            ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach ((string name, string value) in environment)
            {
                start.Environment[name] = value;
            }

            _process = Process.Start(start)!;
            _process.OutputDataReceived += (_, line) => Take(line.Data);
            _process.ErrorDataReceived += (_, line) => Take(line.Data);
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public async Task UntilAsync(Func<IReadOnlyList<string>, bool> isSo)
        {
            while (!isSo(Lines))
            {
                Assert.True(await _came.WaitAsync(s_patience), string.Join('\n', Lines));
            }
        }

        public async Task<int> EndAsync()
        {
            await _process.WaitForExitAsync().WaitAsync(s_patience);
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.WaitForExit();
            _process.Dispose();
            _came.Dispose();
        }

        private void Take(string? line)
        {
            if (line is not null)
            {
                lock (_lines)
                {
                    _lines.Add(line);
                }

                _came.Release();
            }
        }
    }
}
