using System.Diagnostics;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary>Workspaces of the installed service: under its unit, on the machine's own kernel.</summary>
public sealed class WorkspaceTests
{
    private const long Size = 32 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Workspace_IsKept_PutBackAndForked_AlsoOverAKill()
    {
        InstalledService.Require();
        Assert.SkipWhen(Environment.GetEnvironmentVariable("RIG_ENGINE") == "uml", "needs overlayfs, which user-mode Linux has as a module that the rig does not bring");
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
        await after.DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = fork.Id }, cancellationToken: Token);
        await after.DeleteWorkspaceAsync(new DeleteWorkspaceRequest { Id = workspace }, cancellationToken: Token);
        Assert.Empty(Directory.GetFiles("/var/lib/agent-sandboxd/workspaces", "w-*"));
        await UntilAsync(() => !File.ReadAllText("/proc/mounts").Contains("/workspaces/", StringComparison.Ordinal));
    }

    private static async Task<string> JailAsync(UnixChannel channel, string workspace)
    {
        JailConfig config = InstalledService.Config("shell");
        config.Workspace = workspace;
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

    private static async Task UntilAsync(Func<bool> isSo)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < s_patience, "volumes are mounted still");
            await Task.Yield();
        }
    }
}
