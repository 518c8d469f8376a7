using Xunit;

namespace AgentSandbox.Tests.Daemon.Cli;

/// <summary>The commands of README.md that need the daemon, run one after the other as they stand there.</summary>
public sealed class ReadmeTests(CliFixture cli) : IClassFixture<CliFixture>
{
    private const string Fence = "```sh daemon\n";

    [Fact]
    public void Commands_OfTheReadme_Work()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        int start = readme.IndexOf(Fence, StringComparison.Ordinal) + Fence.Length;
        string commands = readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)];
        CliResult run = cli.Shell(commands);

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("hello\n", run.Out);
        Assert.Contains("file\n", run.Out);
        Assert.Contains("jail-created", run.Out);
    }
}
