using System.Diagnostics;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>A program in the jail swaps directories and links under the API's feet (threats 63 to 66).</summary>
public sealed class FileRaceTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private const int Tries = 10_000;
    private const string Canary = "canary";

    // "d" is a directory, then a link to the canary's directory, then absent; "d/f" is a file, a link to the canary, a FIFO.
    private const string Attack = """
        chdir "/workspace"; my $canary = shift;
        while (1) {
          mkdir "d"; symlink "$canary/secret", "d/f"; rename "d", "old";
          symlink $canary, "d"; rename "d", "link"; mkdir "d"; open my $f, ">", "d/f"; close $f; rename "d", "dir";
          rename "link", "d"; rename "d", "link2"; rename "dir", "d"; unlink "d/f"; symlink "$canary/secret", "d/f"; unlink "d/f"; system "mkfifo", "d/f" if rand() < 0.01;
          unlink "d/f", "link2", "link", "old/f"; rmdir "old"; rmdir "d"; rmdir "dir"; symlink $canary, "d"; unlink "d";
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnyCall_WhileTheJailSwapsDirectoriesAndLinks_ReachesNothingOutside()
    {
        Requires.Feature("perl");
        using TemporaryFolder folder = new();
        string workspace = Path.Combine(folder.Path, "workspace");
        string outside = Path.Combine(folder.Path, "outside");
        Directory.CreateDirectory(workspace);
        Directory.CreateDirectory(outside);
        await File.WriteAllTextAsync(Path.Combine(outside, "secret"), Canary, Token);
        await File.WriteAllTextAsync(Path.Combine(outside, "f"), Canary, Token);
        FileClient jail = await FileClient.CreateAsync(fixture, new Bind { Source = workspace, Target = "/workspace", Writable = true });
        Command attack = await fixture.Commands.StartCommandAsync(
            new StartCommandRequest { Jail = jail.Jail, Command = new CommandConfig { Argv = { "perl", "-e", Attack, outside } } }, cancellationToken: Token);
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
        ];
        int done = 0;
        Stopwatch watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, Tries), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (i, _) =>
        {
            if (watch.Elapsed < TimeSpan.FromSeconds(30))
            {
                Interlocked.Add(ref done, await SucceedsAsync(calls[i % calls.Length]) ? 1 : 0);
            }
        });

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
