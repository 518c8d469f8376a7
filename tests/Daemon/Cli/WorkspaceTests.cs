using System.Text.Json;
using AgentSandbox.Jails.Workspaces.Store;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Cli;

/// <summary><c>sandboxctl workspace</c> against a daemon, from the first file to the commit.</summary>
public sealed class WorkspaceTests(CliFixture cli) : IClassFixture<CliFixture>, IDisposable
{
    private const int Files = 5000;
    private const int Forks = 16;

    private static readonly string[] s_run = ["run", "--profile", "shell", "--allow-degraded", "all"];
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Repository_ThatAnAgentRemoves_ComesBackByteForByte()
    {
        string workspace = ImportRepository();
        string jail = cli.Create("--workspace", workspace);
        cli.Do("exec", jail, "--", "sh", "-c", "for i in 1 2 3; do echo edited >>dir$i/file$i; done; mkdir new; echo new >new/file; rm dir4/file4");
        string snapshot = cli.Do("workspace", "snapshot", workspace, "-m", "edited");
        Unpack(workspace, snapshot, "before");
        cli.Do("exec", jail, "--", "sh", "-c", "rm -rf .[!.]* *; test -z \"$(ls -A)\"");
        Assert.InRange(cli.Do("workspace", "diff", workspace).Split('\n').Length, Files, 10 * Files);
        cli.Do("workspace", "rollback", workspace, snapshot);

        Assert.Equal(0, cli.Run("workspace", "diff", "--exit-code", workspace).ExitCode);
        Assert.Equal("edited", cli.Do("exec", jail, "--", "tail", "-n", "1", "dir1/file1"));
        cli.Do("cp", "-r", $"{jail}:", Place("after"));
        foreach (string copy in new[] { "before", "after" })
        {
            string expected = copy == "before" ? "repository" : "before";
            CliResult diff = Processes.Run("diff", ["-rq", "--no-dereference", Place(expected), Place(copy)], [], null, s_patience);
            Assert.Equal(copy == "before" ? 5 : 0, diff.Out.Count(c => c == '\n'));
        }

        Assert.Equal("", Git("fsck", "--strict"));
    }

    [Fact]
    public void Diff_OfPlantedFiles_FlagsThem_AndShowsWhatATerminalWouldObey()
    {
        string workspace = Make();
        InWorkspace(workspace, "mkdir -p .git/hooks; printf '[core]\\n' >.git/config; printf 'one\\n\\ttwo\\n' >text; echo same >same");
        string before = cli.Do("workspace", "snapshot", workspace);
        InWorkspace(workspace, """
            printf '[core]\n\tfsmonitor = ./evil\n' >.git/config; printf '#!/bin/sh\n' >.git/hooks/post-checkout
            mkdir -p .vscode sub/.git .github/workflows; echo {} >.vscode/tasks.json; echo {} >.mcp.json; echo x >.bashrc; echo x >sub/.git/config; echo x >.github/workflows/ci.yml
            ln -s /etc/passwd out; echo x >"$(printf 'a\033[31m')"; printf 'one\n\tTWO\033[31m\n' >text; chmod 600 same
            """);
        CliResult diff = cli.Run("workspace", "diff", "--exit-code", "--text", workspace);

        Assert.Equal(1, diff.ExitCode);
        Assert.DoesNotContain('\e', diff.Out);
        foreach (string line in new[]
        {
            "~ .git/config  [git]", "+ .git/hooks/post-checkout  [executable, git]", "+ .vscode/tasks.json  [editor]", "+ .mcp.json  [dotfile, agent]", "+ .bashrc  [dotfile]",
            "+ sub/.git/config  [git]", "+ .github/workflows/ci.yml  [ci]", "+ out -> /etc/passwd  [escaping-link]", @"+ a\x1b[31m  [name]", "~ same (mode 0644, now 0600)", "~ text",
            "    -\ttwo", "    +\tTWO\\x1b[31m",
        })
        {
            Assert.Contains($"\n{line}\n", $"\n{diff.Out}");
        }

        Assert.Equal("~ text", cli.Do("workspace", "diff", "--path", "text", workspace));
        using JsonDocument change = JsonDocument.Parse(cli.Do("workspace", "diff", "--json", "--text", "--from", before, "--path", ".git/config", workspace));
        Assert.Equal("REVIEW_FLAG_GIT", change.RootElement.GetProperty("flags")[0].GetString());
        Assert.Contains("+\tfsmonitor = ./evil\n", change.RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public void Export_OfReviewedWork_IsRefused_UntilSomebodyElseApproved()
    {
        string workspace = cli.RunAs(CliFixture.Reviewed, "workspace", "create", "--size", "32M").Out.Trim();
        Assert.Equal(0, cli.RunAs(CliFixture.Reviewed, [.. s_run, "--workspace", workspace, "--", "sh", "-c", "echo work >file"]).ExitCode);
        string snapshot = cli.RunAs(CliFixture.Reviewed, "workspace", "snapshot", workspace).Out.Trim();
        CliResult unnamed = cli.RunAs(CliFixture.Reviewed, "workspace", "export", workspace);
        CliResult refused = cli.RunAs(CliFixture.Reviewed, "workspace", "export", "--snapshot", snapshot, workspace);
        CliResult self = cli.RunAs(CliFixture.Reviewed, "workspace", "approve", workspace, snapshot);

        Assert.Equal((1, 1, 1), (unnamed.ExitCode, refused.ExitCode, self.ExitCode));
        Assert.Contains($"snapshot {snapshot} is not approved", refused.Err);
        Assert.Empty(refused.Stdout);
        string fork = cli.RunAs(CliFixture.Reviewed, "workspace", "fork", "--snapshot", snapshot, workspace).Out.Trim();
        string changed = cli.RunAs(CliFixture.Reviewed, "workspace", "snapshot", fork).Out.Trim();
        Assert.Contains("is not approved", cli.RunAs(CliFixture.Reviewed, "workspace", "commit", "--snapshot", changed, fork).Err);

        cli.Do("workspace", "approve", workspace, snapshot);
        cli.Do("workspace", "approve", fork, changed);
        Assert.Contains("uid 0", cli.Do("workspace", "snapshots", workspace));
        CliResult given = cli.RunAs(CliFixture.Reviewed, "workspace", "export", "--snapshot", snapshot, workspace);
        Assert.Equal(0, given.ExitCode);
        Assert.Equal("file\n", Processes.Run("tar", ["-t"], given.Stdout, null, s_patience).Out);
        Assert.StartsWith("0 paths changed", cli.RunAs(CliFixture.Reviewed, "workspace", "commit", "--snapshot", changed, fork).Out);
    }

    [Fact]
    public async Task Forks_ThatRunAtOnce_KeepToThemselves_AndOneIsCommitted()
    {
        string workspace = Make("64M");
        InWorkspace(workspace, "mkdir tests; for i in $(seq 200); do echo \"test $i = $i\" >tests/$i.sh; done; echo 0 >answer; echo 'for t in tests/*.sh; do . ./$t; done' >run.sh");
        string snapshot = cli.Do("workspace", "snapshot", workspace);
        string[] forks = [.. Enumerable.Range(0, Forks).Select(i => cli.Do("workspace", "fork", "--snapshot", snapshot, "--label", $"attempt={i}", workspace))];
        CliResult[] runs = await Task.WhenAll(forks.Select((fork, i) => Task.Run(() =>
            cli.Run([.. s_run, "--workspace", fork, "--", "sh", "-ec", $"echo {i} >answer; echo $$ >only-{i}; sh -e run.sh; test $(ls | grep -c only) = 1; cat answer"]))));

        Assert.All(runs, (run, i) => Assert.True(run.ExitCode == 0 && run.Out == $"{i}\n", run.ToString()));
        Assert.Equal("2 paths changed", cli.Do("workspace", "commit", forks[7])[..15]);
        Assert.Equal("7\nonly-7", cli.Do([.. s_run, "--workspace", workspace, "--", "sh", "-c", "cat answer; ls -d only*"]));
        CliResult conflict = cli.Run("workspace", "commit", forks[8]);
        Assert.Equal(1, conflict.ExitCode);
        Assert.Contains("\n  answer\n", conflict.Err);
        cli.Do("workspace", "commit", "--overwrite", forks[8]);
        Assert.Equal("8", cli.Do([.. s_run, "--workspace", workspace, "--", "cat", "answer"]));
        Assert.Equal(forks[3], cli.Do("workspace", "list", "-q", "--label", "attempt=3"));
        cli.Do(["workspace", "rm", .. forks]);
    }

    [Fact]
    public void Import_OfADamagedArchive_LeavesNoWorkspace()
    {
        Requires.Feature("root");
        SkipUnlessThereCanBeWorkspaces();
        File.WriteAllBytes(Place("damaged.tar"), [.. new byte[600].Select((_, i) => (byte)(i + 1))]);
        string before = cli.Do("workspace", "list", "-q");
        CliResult import = cli.Run("workspace", "import", "--size", "32M", Place("damaged.tar"));

        Assert.Equal(1, import.ExitCode);
        Assert.Contains("archive", import.Err);
        Assert.Equal(before, cli.Do("workspace", "list", "-q"));
    }

    [Fact]
    public void Workspace_IsShown_Changed_Attached_AndRemoved()
    {
        string workspace = Make();
        Assert.Contains(" of 32M", cli.Do("workspace", "show", workspace));
        Assert.Contains(" of 48M", cli.Do("workspace", "update", "--size", "48M", workspace));
        string jail = cli.Create();
        cli.Do("workspace", "attach", workspace, jail);
        cli.Do("exec", jail, "--", "sh", "-c", "echo kept >file");
        Assert.Contains(jail, cli.Do("workspace", "list"));
        Assert.Contains(jail, cli.Run("workspace", "rm", workspace).Err);
        string snapshot = cli.Do("workspace", "snapshot", workspace, "-m", "two words");
        Assert.Contains("two words", cli.Do("workspace", "show", workspace));
        cli.Do("workspace", "rm", "--snapshot", snapshot, workspace);
        Assert.DoesNotContain(snapshot, cli.Do("workspace", "snapshots", workspace));
        cli.Do("rm", jail);
        cli.Do("workspace", "rm", workspace);

        Assert.Equal((1, $"sandboxctl: there is no workspace {workspace}, or it is not yours: 'sandboxctl workspace list' lists what there is\n"), Failure(cli.Run("workspace", "show", workspace)));
    }

    private static (int Status, string Err) Failure(CliResult run) => (run.ExitCode, run.Err);

    private static void SkipUnlessThereCanBeWorkspaces() => Assert.SkipWhen(WorkspaceStore.Missing is not null, $"needs loop devices and mkfs.ext4: {WorkspaceStore.Missing}");

    private string Make(string size = "32M")
    {
        Requires.Feature("root");
        SkipUnlessThereCanBeWorkspaces();
        return cli.Do("workspace", "create", "--size", size);
    }

    private void InWorkspace(string workspace, string script) => cli.Do([.. s_run, "--workspace", workspace, "--", "sh", "-ec", script]);

    private string ImportRepository()
    {
        Requires.Feature("root");
        Requires.Feature("git");
        SkipUnlessThereCanBeWorkspaces();
        Directory.CreateDirectory(Place("repository"));
        for (int i = 1; i <= Files; i++)
        {
            string directory = Directory.CreateDirectory(Place($"repository/dir{i % 50}")).FullName;
            File.WriteAllText(Path.Combine(directory, $"file{i}"), $"file {i}\n");
        }

        File.WriteAllText(Place("repository/dir4/file4"), "to be removed\n");
        Git("init", "-q");
        Git("add", ".");
        Git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first");
        return cli.Do("workspace", "import", "--size", "256M", "--label", "from=git", Place("repository"));
    }

    private string Git(params string[] arguments)
    {
        CliResult run = Processes.Run("/usr/bin/git", ["-C", Place(Directory.Exists(Place("after")) ? "after" : "repository"), "-c", "safe.directory=*", .. arguments], [], null, s_patience);
        Assert.True(run.ExitCode == 0, run.ToString());
        return run.Out;
    }

    private void Unpack(string workspace, string snapshot, string name)
    {
        cli.Do("workspace", "export", "--snapshot", snapshot, "--output", Place($"{name}.tar"), workspace);
        Directory.CreateDirectory(Place(name));
        CliResult tar = Processes.Run("tar", ["-xf", Place($"{name}.tar"), "-C", Place(name)], [], null, s_patience);
        Assert.True(tar.ExitCode == 0, tar.ToString());
    }

    private string Place(string name) => Path.Combine(_folder.Path, name);
}
