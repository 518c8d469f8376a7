using System.Diagnostics;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>A program in the jail swaps directories and links under the API's feet (threats 63 to 66).</summary>
public sealed class FileRaceTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private const int Calls = 5_000;
    private const string Canary = "canary";
    private const long Size = 64 << 20;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    // "d" is a directory, then a link to the canary's directory, then absent; "d/f" is a file, a link to the canary, a FIFO. A round swaps them ten times: 10^5 swaps are told.
    private const string Attack = """
        chdir "/workspace"; my $canary = shift; my $round = 0; $| = 1;
        while (1) {
          mkdir "d"; symlink "$canary/secret", "d/f"; rename "d", "old";
          symlink $canary, "d"; rename "d", "link"; mkdir "d"; open my $f, ">", "d/f"; close $f; rename "d", "dir";
          rename "link", "d"; rename "d", "link2"; rename "dir", "d"; unlink "d/f"; symlink "$canary/secret", "d/f"; unlink "d/f"; system "mkfifo", "d/f" if rand() < 0.01;
          unlink "d/f", "link2", "link", "old/f"; rmdir "old"; rmdir "d"; rmdir "dir"; symlink $canary, "d"; unlink "d";
          print "enough\n" if ++$round == 10_000;
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyCall_WhileTheJailSwapsDirectoriesAndLinks_ReachesNothingOutside()
    {
        Requires.Feature("perl");
        using TemporaryFolder folder = new();
        string workspace = Directory.CreateDirectory(Path.Combine(folder.Path, "workspace")).FullName;
        FileClient jail = await FileClient.CreateAsync(fixture, new Bind { Source = workspace, Target = "/workspace", Writable = true });

        await AssertReachesNothingAsync(jail, folder);
    }

    [Fact]
    public async Task AnyCall_OnAWorkspaceThatOutlivesItsJail_WhileTheJailSwapsDirectoriesAndLinks_ReachesNothingOutside()
    {
        Requires.Feature("perl");
        Assert.SkipWhen(AgentSandbox.Jails.Workspaces.Store.WorkspaceStore.Missing is not null, "needs loop devices and mkfs.ext4");
        using TemporaryFolder folder = new();
        string workspace = (await fixture.Workspaces.CreateWorkspaceAsync(new CreateWorkspaceRequest { SizeBytes = Size }, cancellationToken: Token)).Id;
        FileClient jail = await FileClient.CreateAsync(fixture, workspace);

        await AssertReachesNothingAsync(
            jail,
            folder,
            async () =>
            {
                using AsyncServerStreamingCall<FileChange> diff = fixture.Workspaces.DiffWorkspace(new DiffWorkspaceRequest { Id = workspace, TextLines = 100 }, cancellationToken: Token);
                while (await diff.ResponseStream.MoveNext(Token))
                {
                    Assert.DoesNotContain(Canary, diff.ResponseStream.Current.Text, StringComparison.Ordinal);
                }
            },
            async () =>
            {
                Snapshot made = await fixture.Workspaces.CreateSnapshotAsync(new CreateSnapshotRequest { Workspace = workspace }, cancellationToken: Token);
                await fixture.Workspaces.DeleteSnapshotAsync(new DeleteSnapshotRequest { Workspace = workspace, Snapshot = made.Id }, cancellationToken: Token);
            });
    }

    // Until the jail has swapped often enough and we have called often enough, or for as long as a test may take.
    private async Task AssertReachesNothingAsync(FileClient jail, TemporaryFolder folder, params Func<Task>[] more)
    {
        string outside = Directory.CreateDirectory(Path.Combine(folder.Path, "outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "secret"), Canary, Token);
        await File.WriteAllTextAsync(Path.Combine(outside, "f"), Canary, Token);
        Command attack = await fixture.Commands.StartCommandAsync(
            new StartCommandRequest { Jail = jail.Jail, Command = new CommandConfig { Argv = { "perl", "-e", Attack, outside } } }, cancellationToken: Token);
        using AsyncServerStreamingCall<ExecResponse> attached = fixture.Commands.Attach(new AttachRequest { Jail = jail.Jail, Command = attack.Id }, cancellationToken: Token);
        Task enough = attached.ResponseStream.MoveNext(Token);
        Func<Task>[] calls =
        [
            async () => Assert.DoesNotContain(Canary, System.Text.Encoding.UTF8.GetString(await jail.ReadAsync("d/f")), StringComparison.Ordinal),
            () => jail.WriteAsync("d/f", "written"),
            () => jail.WriteAsync("d/secret", "written"),
            () => jail.StatAsync("d/secret"),
            () => jail.ListAsync("d"),
            () => jail.RemoveAsync("d", recursive: true),
            () => jail.RemoveAsync("d/f"),
            async () => Assert.DoesNotContain(Canary, System.Text.Encoding.UTF8.GetString(await jail.DownloadAsync("")), StringComparison.Ordinal),
            async () => await jail.Files.MoveFileAsync(new MoveFileRequest { Jail = jail.Jail, Source = "d/f", Target = "d/g" }, cancellationToken: Token),
            .. more,
        ];
        int done = 0;
        Stopwatch watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async first =>
        {
            for (int i = first; (!enough.IsCompleted || i < Calls) && watch.Elapsed < s_longest; i++)
            {
                Interlocked.Add(ref done, await SucceedsAsync(calls[i % calls.Length]) ? 1 : 0);
            }
        }));

        Assert.True(done > 0, "no call found anything: the race was none");
        Assert.Null((await fixture.Commands.GetCommandAsync(new GetCommandRequest { Jail = jail.Jail, Command = attack.Id }, cancellationToken: Token)).Ended);
        await fixture.Jails.DeleteJailAsync(new DeleteJailRequest { Id = jail.Jail }, cancellationToken: Token);
        Assert.Equal(["f", "secret"], Directory.GetFileSystemEntries(outside).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(outside), file => Assert.Equal(Canary, File.ReadAllText(file)));
    }

    private static async Task<bool> SucceedsAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (RpcException refused)
        {
            Assert.True(refused.StatusCode is StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.PermissionDenied or StatusCode.AlreadyExists, refused.ToString());
            return false;
        }
    }
}
