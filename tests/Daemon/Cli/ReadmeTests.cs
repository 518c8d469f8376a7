using AgentSandbox.Jails.Workspaces.Store;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Cli;

/// <summary>The commands of README.md that need the daemon, run one after the other as they stand there.</summary>
public sealed class ReadmeTests(CliFixture cli) : IClassFixture<CliFixture>
{
    private const string Fence = "```sh daemon\n";

    [Fact]
    public void Commands_OfTheReadme_Work()
    {
        CliResult run = cli.Shell(Commands(0));

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("hello\n", run.Out);
        Assert.Contains("file\n", run.Out);
        Assert.Contains("jail-created", run.Out);
    }

    [Fact]
    public void Commands_OfTheReadme_AboutWorkspaces_Work()
    {
        Requires.Feature("root");
        Assert.SkipWhen(WorkspaceStore.Missing is not null, $"needs loop devices and mkfs.ext4: {WorkspaceStore.Missing}");
        CliResult run = cli.Shell(Commands(1));

        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("+ .bashrc  [dotfile]\n", run.Out);
        Assert.Contains("~ file\n", run.Out);
        Assert.Contains("    +two\n", run.Out);
        Assert.Contains("+ link -> /etc/passwd  [escaping-link]\n", run.Out);
        Assert.Contains("\none\n1 path changed in w-", run.Out);
    }

    private static string Commands(int which)
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        return readme.Split(Fence)[which + 1].Split("```")[0];
    }
}
