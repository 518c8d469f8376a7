using System.Globalization;
using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>The daemon dies before and after each change of what it keeps: the next one has what callers were told, and nothing else is left.</summary>
[Collection(Alone.Name)]
public sealed class CrashTests
{
    private const int Most = 40;

    private readonly HashSet<string> _made = [];
    private readonly HashSet<string> _deleted = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("before")]
    [InlineData("after")]
    public async Task Crash_AtEachChange_LosesNothingAndLeavesNothing(string when)
    {
        Requires.Feature("cgroup");
        Requires.Feature("gcc");
        using TemporaryFolder folder = new();
        string library = Compile(folder);
        int at = 1;
        while (await CrashesAsync(library, at, when))
        {
            at++;
            Assert.True(at < Most, "the script does not come to its end");
        }

        Assert.True(at > 5, $"only {at - 1} changes were made: the library counts none"); // each step of the script makes one or more
    }

    private static string Compile(TemporaryFolder folder)
    {
        string library = Path.Combine(folder.Path, "crash.so");
        CliResult gcc = Processes.Run(
            Requires.FindProgram("gcc")!, ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", library, Path.Combine(Repository.Root, "tests/Daemon/Api/crash.c"), "-ldl"], [], null, TimeSpan.FromMinutes(1));
        Assert.True(gcc.ExitCode == 0, gcc.Err);
        return library;
    }

    // False: the script ended before the change came.
    private async Task<bool> CrashesAsync(string library, int at, string when)
    {
        _made.Clear();
        _deleted.Clear();
        using DaemonProcess daemon = await DaemonProcess.StartAsync(environment: run => new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = library, ["CRASH_IN"] = Path.Combine(run, "jails"), ["CRASH_AT"] = at.ToString(CultureInfo.InvariantCulture), ["CRASH_WHEN"] = when,
        });
        try
        {
            using UnixChannel channel = daemon.NewChannel();
            await ScriptAsync(channel);
            return false;
        }
        catch (RpcException gone) when (gone.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled or StatusCode.Unknown)
        {
            daemon.WaitForExit();
        }

        string[] before = Cgroups(daemon);
        await daemon.RestartAsync();
        using UnixChannel again = daemon.NewChannel();
        string[] there = await ListAsync(again);
        string scene = $"crash {when} change {at}: ";
        Assert.True(_made.Except(_deleted).All(there.Contains), $"{scene}of {string.Join(' ', _made)} without {string.Join(' ', _deleted)} there are {string.Join(' ', there)}\n{daemon.Log}");
        Assert.Empty(there.Intersect(_deleted));
        Assert.Empty(before.Except(there).Intersect(Cgroups(daemon)));
        foreach (string jail in there)
        {
            ExecuteResponse answer = await new Commands.CommandsClient(again).ExecuteAsync(new ExecuteRequest { Jail = jail, Command = new CommandConfig { Argv = { "true" } } }, cancellationToken: Token);
            Assert.True(answer.Ended.ExitCode == 0, $"{scene}{answer.Ended}");
            await new V1.Jails.JailsClient(again).DeleteJailAsync(new DeleteJailRequest { Id = jail }, cancellationToken: Token);
        }

        Assert.Empty(Directory.GetFiles(daemon.KeptJails));
        await Eventually.IsSoAsync(() => !Cgroups(daemon).Intersect(before).Any(), $"{scene}a cgroup is left");
        return true;
    }

    private async Task ScriptAsync(UnixChannel channel)
    {
        V1.Jails.JailsClient jails = new(channel);
        Commands.CommandsClient commands = new(channel);
        string first = await CreateAsync(jails);
        await commands.StartCommandAsync(new StartCommandRequest { Jail = first, Command = new CommandConfig { Argv = { "sleep", "1000" } } }, cancellationToken: Token);
        await jails.UpdateLimitsAsync(new UpdateLimitsRequest { Id = first, Limits = new Limits { OpenFiles = 100 } }, cancellationToken: Token);
        string second = await CreateAsync(jails);
        await commands.SignalCommandAsync(new SignalCommandRequest { Jail = first, Command = "c-1", Signal = 9 }, cancellationToken: Token);
        await commands.WaitCommandAsync(new WaitCommandRequest { Jail = first, Command = "c-1" }, cancellationToken: Token);
        await DeleteAsync(jails, second);
        await DeleteAsync(jails, first);
    }

    private async Task<string> CreateAsync(V1.Jails.JailsClient jails)
    {
        string id = (await jails.CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("shell") }, cancellationToken: Token)).Id;
        _made.Add(id);
        return id;
    }

    private async Task DeleteAsync(V1.Jails.JailsClient jails, string id)
    {
        _made.Remove(id); // from here on it may be gone
        await jails.DeleteJailAsync(new DeleteJailRequest { Id = id }, cancellationToken: Token);
        _deleted.Add(id);
    }

    private static async Task<string[]> ListAsync(UnixChannel channel) =>
        [.. (await new V1.Jails.JailsClient(channel).ListJailsAsync(new ListJailsRequest(), cancellationToken: Token)).Jails.Select(jail => jail.Id)];

    private static string[] Cgroups(DaemonProcess daemon) => [.. Directory.GetDirectories(Path.Combine(daemon.Cgroup!, "jails")).Select(path => Path.GetFileName(path)!)];
}
