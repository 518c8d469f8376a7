using AgentSandbox.Grpc.Details;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Daemon.Api;

/// <summary>Jails over the socket of a real daemon (threats D97, F128).</summary>
public sealed class JailTests(DaemonFixture fixture) : IClassFixture<DaemonFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateJail_AnswersWithItsProof()
    {
        Jail jail = await CreateAsync();

        Assert.Equal(JailState.Running, jail.State);
        Assert.Equal("2", jail.Proof.Init["Seccomp"]);
        Assert.Equal("1", jail.Proof.Init["NoNewPrivs"]);
        Assert.Contains("0 ", jail.Proof.UidMap);
        Assert.NotEmpty(jail.Proof.Mounts);
        Assert.Equal(64, jail.PlanHash.Length);
    }

    [Fact]
    public async Task CreateJail_TwiceWithOneKey_MakesOne()
    {
        Requires.Feature("root");
        CreateJailRequest request = new() { Config = DaemonProcess.Config("shell"), IdempotencyKey = "once" };
        Jail first = await fixture.Jails.CreateJailAsync(request, cancellationToken: Token);
        Jail second = await fixture.Jails.CreateJailAsync(request, cancellationToken: Token);

        Assert.Equal(first.Id, second.Id);
        request.Config.Profile = "python";
        await RefusesAsync(StatusCode.InvalidArgument, "idempotency_key", async () => await fixture.Jails.CreateJailAsync(request, cancellationToken: Token));
    }

    [Fact]
    public async Task ListJails_ByLabel_ComesInPages()
    {
        Requires.Feature("root");
        List<string> made = [];
        for (int i = 0; i < 5; i++)
        {
            JailConfig config = DaemonProcess.Config("minimal");
            config.Labels["list"] = "pages";
            made.Add((await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token)).Id);
        }

        List<string> found = [];
        ListJailsRequest request = new() { PageSize = 2, Labels = { ["list"] = "pages" } };
        do
        {
            ListJailsResponse page = await fixture.Jails.ListJailsAsync(request, cancellationToken: Token);
            Assert.InRange(page.Jails.Count, 1, 2);
            found.AddRange(page.Jails.Select(jail => jail.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(made, found);
    }

    [Fact]
    public async Task DeleteJail_EndsWhatRunsInIt()
    {
        Jail jail = await CreateAsync();
        await fixture.Commands.StartCommandAsync(
            new StartCommandRequest { Jail = jail.Id, Command = new CommandConfig { Argv = { "sh", "-c", "echo runs; sleep 1000" } } }, cancellationToken: Token);
        using AsyncServerStreamingCall<ExecResponse> attached = fixture.Commands.Attach(new AttachRequest { Jail = jail.Id, Command = "c-1" }, cancellationToken: Token);
        Assert.True(await attached.ResponseStream.MoveNext(Token)); // the call has begun: deleted before, there would be no such jail
        await fixture.Jails.DeleteJailAsync(new DeleteJailRequest { Id = jail.Id }, cancellationToken: Token);

        CommandEnd? end = null;
        while (end is null && await attached.ResponseStream.MoveNext(Token))
        {
            end = attached.ResponseStream.Current.Ended;
        }

        Assert.Equal(EndReason.JailEnded, end?.Reason);
        await RefusesAsync(StatusCode.NotFound, $"there is no jail {jail.Id}", async () => await fixture.Jails.GetJailAsync(new GetJailRequest { Id = jail.Id }, cancellationToken: Token));
    }

    [Fact]
    public async Task PauseJail_HoldsEverything_UntilResume()
    {
        Requires.Feature("cgroup");
        Jail jail = await CreateAsync();
        Assert.Equal(JailState.Paused, (await fixture.Jails.PauseJailAsync(new PauseJailRequest { Id = jail.Id }, cancellationToken: Token)).State);
        await RefusesAsync(StatusCode.FailedPrecondition, "is paused", async () => await fixture.Commands.ExecuteAsync(
            new ExecuteRequest { Jail = jail.Id, Command = new CommandConfig { Argv = { "true" } } }, cancellationToken: Token));
        Assert.Equal(JailState.Running, (await fixture.Jails.ResumeJailAsync(new ResumeJailRequest { Id = jail.Id }, cancellationToken: Token)).State);
        Assert.Equal(0, (await fixture.Commands.ExecuteAsync(new ExecuteRequest { Jail = jail.Id, Command = new CommandConfig { Argv = { "true" } } }, cancellationToken: Token)).Ended.ExitCode);
    }

    [Fact]
    public async Task UpdateLimits_ChangesWhatIsNamed_AndNothingElse()
    {
        Jail jail = await CreateAsync();
        Jail changed = await fixture.Jails.UpdateLimitsAsync(new UpdateLimitsRequest { Id = jail.Id, Limits = new Limits { OpenFiles = 64 } }, cancellationToken: Token);

        Limits expected = jail.Limits.Clone();
        expected.OpenFiles = 64;
        Assert.Equal(expected, changed.Limits);
        ExecuteResponse answer = await fixture.Commands.ExecuteAsync(new ExecuteRequest { Jail = jail.Id, Command = new CommandConfig { Argv = { "sh", "-c", "ulimit -n" } } }, cancellationToken: Token);
        Assert.Equal("64\n", answer.Stdout.ToStringUtf8());
        await RefusesAsync(StatusCode.InvalidArgument, "limits.open_files", async () => await fixture.Jails.UpdateLimitsAsync(
            new UpdateLimitsRequest { Id = jail.Id, Limits = new Limits { OpenFiles = 1 } }, cancellationToken: Token));
    }

    [Fact]
    public async Task WatchEvents_TellsWhatHappens_InOrder()
    {
        Jail jail = await CreateAsync();
        using AsyncServerStreamingCall<Event> events = fixture.Jails.WatchEvents(new WatchEventsRequest { Jail = jail.Id }, cancellationToken: Token);
        await events.ResponseHeadersAsync;
        await fixture.Commands.ExecuteAsync(new ExecuteRequest { Jail = jail.Id, Command = new CommandConfig { Argv = { "sh", "-c", "exit 9" } } }, cancellationToken: Token);
        await fixture.Jails.DeleteJailAsync(new DeleteJailRequest { Id = jail.Id }, cancellationToken: Token);
        List<Event> seen = [];
        while (await events.ResponseStream.MoveNext(Token))
        {
            seen.Add(events.ResponseStream.Current);
        }

        Assert.Equal([EventKind.CommandStarted, EventKind.CommandEnded, EventKind.JailEnded], seen.Select(e => e.Kind));
        Assert.Equal("exited with 9", seen[1].Text);
    }

    [Fact]
    public void EventKinds_OfTheRegistry_AreThoseOfTheContract() => Assert.Equal(
        System.Enum.GetNames<AgentSandbox.Daemon.Registry.JailEventKind>(),
        System.Enum.GetNames<EventKind>().Where(name => name is not (nameof(EventKind.Unspecified) or nameof(EventKind.EventsLost))));

    [Fact]
    public async Task TimeToLive_WhenOver_EndsTheJail()
    {
        Requires.Feature("root");
        JailConfig config = DaemonProcess.Config("minimal");
        config.TimeToLive = Duration.FromTimeSpan(TimeSpan.FromSeconds(1));
        Assert.Contains("time to live", await EndOfAsync(config));
    }

    [Fact]
    public async Task TimeToLive_ThatRunsOutWhileManyUseTheJail_EndsItOnce()
    {
        const int Users = 8;
        Requires.Feature("root");
        JailConfig config = DaemonProcess.Config("shell");
        config.TimeToLive = Duration.FromTimeSpan(TimeSpan.FromSeconds(1));
        string jail = (await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token)).Id;
        await Task.WhenAll(Enumerable.Range(0, Users).Select(_ => UseUntilGoneAsync(jail)));

        await Eventually.IsSoAsync(() => Ends(jail) > 0, "its end is not on record"); // nobody finds it before that
        await RefusesAsync(StatusCode.NotFound, jail, async () => await fixture.Jails.GetJailAsync(new GetJailRequest { Id = jail }, cancellationToken: Token));
        await RefusesAsync(StatusCode.NotFound, jail, async () => await fixture.Jails.DeleteJailAsync(new DeleteJailRequest { Id = jail }, cancellationToken: Token));
        Assert.Equal(1, Ends(jail));
    }

    [Fact]
    public async Task IdleTimeout_WhenNobodyUsesTheJail_EndsIt()
    {
        Requires.Feature("root");
        JailConfig config = DaemonProcess.Config("minimal");
        config.IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromSeconds(1));
        Assert.Contains("idle", await EndOfAsync(config));
    }

    [Theory]
    [InlineData("no-such-profile", "", "", "there is no profile")]
    [InlineData("shell", "UPPER", "x", "labels")]
    [InlineData("shell", "a", "bidi\u202e", "labels.a")]
    [InlineData("shell", "a", "new\nline", "labels.a")]
    public async Task CreateJail_WhenSomethingIsWrong_SaysWhat(string profile, string label, string value, string part)
    {
        Requires.Feature("root");
        JailConfig config = DaemonProcess.Config(profile);
        if (label.Length > 0)
        {
            config.Labels[label] = value;
        }

        await RefusesAsync(StatusCode.InvalidArgument, part, async () => await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token));
    }

    [Fact]
    public async Task ExplainJail_PrintsThePlan_AndMakesNothing()
    {
        Requires.Feature("root");
        int before = (await fixture.Jails.ListJailsAsync(new ListJailsRequest { PageSize = 1000 }, cancellationToken: Token)).Jails.Count(jail => jail.Profile == "strict");
        ExplainJailResponse plan = await fixture.Jails.ExplainJailAsync(new ExplainJailRequest { Config = DaemonProcess.Config("strict"), Argv = { "true" } }, cancellationToken: Token);

        Assert.Contains("execve(", plan.Text);
        Assert.Equal(64, plan.PlanHash.Length);
        Assert.Equal(before, (await fixture.Jails.ListJailsAsync(new ListJailsRequest { PageSize = 1000 }, cancellationToken: Token)).Jails.Count(jail => jail.Profile == "strict"));
    }

    private static async Task RefusesAsync(StatusCode code, string part, Func<Task> call)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(code, refused.StatusCode);
        Assert.Contains(part, refused.Status.Detail);
        Assert.NotNull(refused.GetRpcStatus()!.GetDetail<ErrorInfo>());
    }

    private async Task<string> EndOfAsync(JailConfig config)
    {
        using AsyncServerStreamingCall<Event> events = fixture.Jails.WatchEvents(new WatchEventsRequest(), cancellationToken: Token);
        await events.ResponseHeadersAsync;
        Jail jail = await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = config }, cancellationToken: Token);
        while (await events.ResponseStream.MoveNext(Token))
        {
            if (events.ResponseStream.Current is { Kind: EventKind.JailEnded } ended && ended.Jail == jail.Id)
            {
                return ended.Text;
            }
        }

        throw new InvalidOperationException("the stream of events ended");
    }

    // A command is either done or ended with the jail; once the jail is gone it stays so.
    private int Ends(string jail) => File.ReadLines(fixture.Daemon.AuditFile).Count(line => line.Contains("jail-ended", StringComparison.Ordinal) && line.Contains(jail, StringComparison.Ordinal));

    private async Task UseUntilGoneAsync(string jail)
    {
        while (true)
        {
            try
            {
                ExecuteResponse run = await fixture.Commands.ExecuteAsync(new ExecuteRequest { Jail = jail, Command = new CommandConfig { Argv = { "true" } } }, cancellationToken: Token);
                Assert.Contains(run.Ended.Reason, new[] { EndReason.Exited, EndReason.Killed, EndReason.JailEnded, EndReason.StartFailed });
            }
            catch (RpcException gone)
            {
                Assert.Equal(StatusCode.NotFound, gone.StatusCode);
                return;
            }
        }
    }

    private async Task<Jail> CreateAsync()
    {
        Requires.Feature("root");
        return await fixture.Jails.CreateJailAsync(new CreateJailRequest { Config = DaemonProcess.Config("shell") }, cancellationToken: Token);
    }
}
