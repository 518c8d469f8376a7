using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary>Workspaces of the installed service: under its unit, on the machine's own kernel.</summary>
public sealed class WorkspaceTests
{
    private const long Size = 32 << 20;
    private const long Written = 8 << 20;
    private const long BytesPerSecond = 512 << 10;
    private const int Layers = 16; // more than kernels without lowerdir+ take
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Workspace_IsKept_PutBackAndForked_AlsoOverAKill()
    {
        Require();
        Requires.Feature("systemd-254"); // before, a kill ends the jails as well
        string workspace, jail;
        Snapshot one;
        using (UnixChannel channel = InstalledService.NewChannel())
        {
            Workspaces.WorkspacesClient workspaces = new(channel);
            workspace = (await workspaces.CreateWorkspaceAsync(new CreateWorkspaceRequest { SizeBytes = Size }, cancellationToken: Token)).Id;
            jail = await JailAsync(channel, workspace);
            Assert.Equal("", await ShellAsync(channel, jail, "echo one > file"));
            one = await workspaces.CreateSnapshotAsync(new CreateSnapshotRequest { Workspace = workspace }, cancellationToken: Token);
            await ShellAsync(channel, jail, "rm file; echo two > other");
        }

        Tool.Run("systemctl", "kill", "--kill-whom=main", "--signal=KILL", InstalledService.Name);
        using UnixChannel again = InstalledService.NewChannel();
        Workspaces.WorkspacesClient after = new(again);
        Assert.Equal("two\n", await ShellAsync(again, jail, "cat *"));
        await after.RollbackWorkspaceAsync(new RollbackWorkspaceRequest { Id = workspace, Snapshot = one.Id }, cancellationToken: Token);
        Assert.Equal("one\n", await ShellAsync(again, jail, "cat *"));
        for (int i = 0; i < 5; i++)
        {
            await ShellAsync(again, jail, $"echo {i} > layer-{i}");
            await after.CreateSnapshotAsync(new CreateSnapshotRequest { Workspace = workspace }, cancellationToken: Token);
        }

        Workspace fork = await after.ForkWorkspaceAsync(new ForkWorkspaceRequest { Id = workspace }, cancellationToken: Token);
        string other = await JailAsync(again, fork.Id);
        Assert.Equal("file\nlayer-0\nlayer-1\nlayer-2\nlayer-3\nlayer-4\n", await ShellAsync(again, other, "ls; echo forked > file"));
        Assert.Equal("one\n", await ShellAsync(again, jail, "cat file"));
        Assert.Contains("No space left", await ShellAsync(again, other, "head -c 100000000 /dev/zero 2>&1 > big || true"), StringComparison.Ordinal);
        await EndAsync(again, jail, other);
        await DeleteAsync(after, fork.Id, workspace);
        Assert.Empty(Directory.GetFiles("/var/lib/agent-sandboxd/workspaces", "w-*"));
        await Eventually.IsSoAsync(() => !File.ReadAllText("/proc/mounts").Contains("/workspaces/", StringComparison.Ordinal), "volumes are mounted still");
    }

    [Fact]
    public async Task Workspace_IsCompared_Committed_AndCarriedOver_AlsoInManyLayers()
    {
        Require();
        using UnixChannel channel = InstalledService.NewChannel();
        Workspaces.WorkspacesClient workspaces = new(channel);
        string workspace = (await workspaces.CreateWorkspaceAsync(new CreateWorkspaceRequest { SizeBytes = Size }, cancellationToken: Token)).Id;
        string jail = await JailAsync(channel, workspace);
        for (int i = 0; i < Layers; i++)
        {
            await ShellAsync(channel, jail, $"echo {i} > layer-{i}; echo {i} > last");
            await workspaces.CreateSnapshotAsync(new CreateSnapshotRequest { Workspace = workspace }, cancellationToken: Token);
        }

        Workspace fork = await workspaces.ForkWorkspaceAsync(new ForkWorkspaceRequest { Id = workspace }, cancellationToken: Token);
        string other = await JailAsync(channel, fork.Id);
        await ShellAsync(channel, other, "echo forked > last; rm layer-0; mkdir d; ln -s ../last d/link");
        Assert.Equal(["d", "d/link", "last", "layer-0"], await ChangesAsync(workspaces, fork.Id));
        await EndAsync(channel, other);
        Assert.Equal(["d", "d/link", "last", "layer-0"], await ChangesAsync(workspaces, fork.Id));
        CommitWorkspaceResponse committed = await workspaces.CommitWorkspaceAsync(new CommitWorkspaceRequest { Id = fork.Id }, cancellationToken: Token);
        Assert.Equal(4, committed.Changes);
        Assert.Equal("forked\n../last\n", await ShellAsync(channel, jail, "cat last; readlink d/link; test ! -e layer-0"));
        string copy = await CopyAsync(workspaces, workspace);
        string third = await JailAsync(channel, copy);
        Assert.Equal("forked\n1\n", await ShellAsync(channel, third, "cat last layer-1"));
        await EndAsync(channel, jail, third);
        await DeleteAsync(workspaces, fork.Id, workspace, copy);
    }

    [Theory]
    [InlineData("oflag=direct")]
    [InlineData("conv=fsync")]
    public async Task Io_OfAWorkspace_IsHeldToItsLimit_AlsoInTheNextOne(string how)
    {
        Require();
        LimitedJail.Require("io");
        using UnixChannel channel = InstalledService.NewChannel();
        Workspaces.WorkspacesClient workspaces = new(channel);
        string[] ids = [await MakeAsync(workspaces), await MakeAsync(workspaces)];
        string jail = await JailAsync(channel, ids[0], new Limits { IoWriteBytesPerSecond = BytesPerSecond });
        string write = $"a=$(date +%s%N); dd if=/dev/zero of=x bs=256k count=32 {how} status=none; b=$(date +%s%N); echo $(((b - a) / 1000000))";

        Assert.InRange(await TimeAsync(channel, jail, write), Written * 900 / BytesPerSecond, double.MaxValue);
        long start = Stopwatch.GetTimestamp();
        await workspaces.CreateSnapshotAsync(new CreateSnapshotRequest { Workspace = ids[0] }, cancellationToken: Token);
        await workspaces.AttachWorkspaceAsync(new AttachWorkspaceRequest { Id = ids[1], Jail = jail }, cancellationToken: Token);
        TestContext.Current.TestOutputHelper!.WriteLine($"snapshot and attach: {Stopwatch.GetElapsedTime(start)}");
        Assert.InRange(await TimeAsync(channel, jail, write), Written * 900 / BytesPerSecond, double.MaxValue);
        await new V1.Jails.JailsClient(channel).UpdateLimitsAsync(new UpdateLimitsRequest { Id = jail, Limits = new Limits { IoWriteBytesPerSecond = 1L << 40 } }, cancellationToken: Token);
        Assert.InRange(await TimeAsync(channel, jail, write), 0, Written * 900 / BytesPerSecond); // it was the limit
        await EndAsync(channel, jail);
        await DeleteAsync(workspaces, ids);
    }

    private static async Task<double> TimeAsync(UnixChannel channel, string jail, string script)
    {
        double took = double.Parse(await ShellAsync(channel, jail, script), CultureInfo.InvariantCulture);
        TestContext.Current.TestOutputHelper!.WriteLine($"{Written} bytes: {took} ms");
        return took;
    }

    private static async Task<string> MakeAsync(Workspaces.WorkspacesClient workspaces) =>
        (await workspaces.CreateWorkspaceAsync(new CreateWorkspaceRequest { SizeBytes = Size }, cancellationToken: Token)).Id;

    private static void Require()
    {
        InstalledService.Require();
        Assert.SkipWhen(Environment.GetEnvironmentVariable("RIG_ENGINE") == "uml", "needs overlayfs, which user-mode Linux has as a module that the rig does not bring");
    }

    private static async Task<List<string>> ChangesAsync(Workspaces.WorkspacesClient workspaces, string id)
    {
        using AsyncServerStreamingCall<FileChange> diff = workspaces.DiffWorkspace(new DiffWorkspaceRequest { Id = id }, cancellationToken: Token);
        List<string> changes = [];
        while (await diff.ResponseStream.MoveNext(Token))
        {
            changes.Add(diff.ResponseStream.Current.Path);
        }

        return changes;
    }

    // What is exported from one is imported into another.
    private static async Task<string> CopyAsync(Workspaces.WorkspacesClient workspaces, string id)
    {
        using AsyncClientStreamingCall<ImportWorkspaceRequest, Workspace> import = workspaces.ImportWorkspace(cancellationToken: Token);
        await import.RequestStream.WriteAsync(new ImportWorkspaceRequest { Start = new CreateWorkspaceRequest { SizeBytes = Size } }, Token);
        using AsyncServerStreamingCall<FileChunk> export = workspaces.ExportWorkspace(new ExportWorkspaceRequest { Id = id }, cancellationToken: Token);
        while (await export.ResponseStream.MoveNext(Token))
        {
            await import.RequestStream.WriteAsync(new ImportWorkspaceRequest { Data = export.ResponseStream.Current.Data }, Token);
        }

        await import.RequestStream.CompleteAsync();
        return (await import).Id;
    }

    private static async Task<string> JailAsync(UnixChannel channel, string workspace, Limits? limits = null)
    {
        JailConfig config = InstalledService.Config("shell");
        config.Workspace = workspace;
        config.Limits = limits;
        return (await new V1.Jails.JailsClient(channel).CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token)).Id;
    }

    private static async Task<string> ShellAsync(UnixChannel channel, string jail, string script)
    {
        ExecuteResponse answer = await new Commands.CommandsClient(channel).ExecuteAsync(
            new ExecuteRequest { Jail = jail, Command = new CommandConfig { Argv = { "sh", "-c", script } } }, cancellationToken: Token);
        Assert.True(answer.Ended.ExitCode == 0, $"{script}: {answer.Ended}{answer.Stderr.ToStringUtf8()}");
        return answer.Stdout.ToStringUtf8();
    }

    private static async Task EndAsync(UnixChannel channel, params string[] jails)
    {
        foreach (string jail in jails)
        {
            await new V1.Jails.JailsClient(channel).DeleteJailAsync(new DeleteJailRequest { Id = jail }, cancellationToken: Token);
        }
    }

    private static async Task DeleteAsync(Workspaces.WorkspacesClient workspaces, params string[] ids)
    {
        foreach (string id in ids)
        {
            await workspaces.DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = id }, cancellationToken: Token);
        }
    }
}
