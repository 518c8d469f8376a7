using System.Collections.Immutable;
using System.Globalization;
using AgentSandbox.Access;
using AgentSandbox.Daemon.Configuration;
using AgentSandbox.Daemon.Registry;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentSandbox.Daemon.Api;

/// <summary>Jails: made, listed, watched, changed and ended.</summary>
internal sealed class JailsService(CallGuard guard, SettingsStore settings, JailMaker maker, JailRegistry registry, EventHub events, JailEngine engine) : V1.Jails.JailsBase
{
    private static readonly TimeSpan s_usualInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_shortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestInterval = TimeSpan.FromHours(1);

    public override Task<V1.Jail> CreateJail(CreateJailRequest request, ServerCallContext context) =>
        Task.FromResult(Answers.Jail(maker.Make(context, request.Config, request.IdempotencyKey), withProof: true));

    public override Task<V1.Jail> GetJail(GetJailRequest request, ServerCallContext context) =>
        Task.FromResult(Answers.Jail(Find(context, Permissions.JailGet, request.Id), withProof: true));

    public override Task<ListJailsResponse> ListJails(ListJailsRequest request, ServerCallContext context)
    {
        Authority authority = guard.Require(context, Permissions.JailList);
        IEnumerable<JailEntry> seen = registry.All
            .Where(entry => authority.Covers(entry.Record.Owner) && request.Labels.All(label => entry.Record.Labels.GetValueOrDefault(label.Key) == label.Value));
        (JailEntry[] page, string next) = Paging.Take(seen, TokenOf, request.PageSize, request.PageToken);
        ListJailsResponse response = new() { NextPageToken = next };
        response.Jails.Add(page.Select(entry => Answers.Jail(entry, withProof: false)));
        return Task.FromResult(response);
    }

    public override Task<Empty> DeleteJail(DeleteJailRequest request, ServerCallContext context)
    {
        Authority authority = guard.Require(context, Permissions.JailDelete, request.Id);
        registry.End(registry.Find(request.Id, authority.Covers), $"{authority.Access.Caller} had it ended");
        return Task.FromResult(new Empty());
    }

    public override Task<V1.Jail> PauseJail(PauseJailRequest request, ServerCallContext context)
    {
        JailEntry entry = Find(context, Permissions.JailPause, request.Id);
        registry.Pause(entry);
        return Task.FromResult(Answers.Jail(entry, withProof: false));
    }

    public override Task<V1.Jail> ResumeJail(ResumeJailRequest request, ServerCallContext context)
    {
        JailEntry entry = Find(context, Permissions.JailPause, request.Id);
        registry.Resume(entry);
        return Task.FromResult(Answers.Jail(entry, withProof: false));
    }

    public override Task<V1.Jail> UpdateLimits(UpdateLimitsRequest request, ServerCallContext context)
    {
        Authority authority = guard.Require(context, Permissions.JailUpdate, request.Id);
        JailEntry entry = registry.Find(request.Id, authority.Covers);
        maker.Update(context, authority, entry, request.Limits);
        return Task.FromResult(Answers.Jail(entry, withProof: true));
    }

    public override Task<Stats> GetStats(GetStatsRequest request, ServerCallContext context) =>
        Task.FromResult(Answers.Stats(Find(context, Permissions.JailStats, request.Id)));

    public override async Task WatchStats(WatchStatsRequest request, IServerStreamWriter<Stats> responseStream, ServerCallContext context)
    {
        JailEntry entry = Find(context, Permissions.JailStats, request.Id);
        TimeSpan interval = Requests.Span("interval", request.Interval) ?? s_usualInterval;
        if (interval < s_shortestInterval || interval > s_longestInterval)
        {
            throw new PolicyException("interval", "is 100 ms to 1 hour");
        }

        using PeriodicTimer timer = new(interval);
        do
        {
            await responseStream.WriteAsync(Answers.Stats(entry), context.CancellationToken).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(context.CancellationToken).ConfigureAwait(false) && !entry.HasEnded);
    }

    public override async Task WatchEvents(WatchEventsRequest request, IServerStreamWriter<Event> responseStream, ServerCallContext context)
    {
        Authority authority = guard.Require(context, Permissions.JailEvents, request.Jail);
        if (request.Jail.Length > 0)
        {
            registry.Find(request.Jail, authority.Covers);
        }

        using EventWatch watch = events.Watch(e => authority.Covers(e.Owner) && (request.Jail.Length == 0 || request.Jail == e.Jail));
        await context.WriteResponseHeadersAsync([]).ConfigureAwait(false); // from here on nothing is missed
        while (true)
        {
            (JailEvent happened, long lost) = await watch.NextAsync(context.CancellationToken).ConfigureAwait(false);
            if (lost > 0)
            {
                string text = string.Create(CultureInfo.InvariantCulture, $"{lost} events are missing here: they came faster than they were read");
                await responseStream.WriteAsync(new Event { Time = Timestamp.FromDateTimeOffset(happened.Time), Kind = EventKind.EventsLost, Text = text }, context.CancellationToken).ConfigureAwait(false);
            }

            await responseStream.WriteAsync(Answers.Event(happened), context.CancellationToken).ConfigureAwait(false);
            if (happened.Kind == JailEventKind.JailEnded && request.Jail.Length > 0)
            {
                return;
            }
        }
    }

    public override Task<ExplainJailResponse> ExplainJail(ExplainJailRequest request, ServerCallContext context)
    {
        Authority authority = guard.Require(context, Permissions.JailPlan, profile: request.Config?.Profile);
        JailRequest asked = Requests.Jail(request.Config, settings.Current);
        (asked, _) = authority.Access.Admit(asked);
        JailSpec spec = engine.Explain(asked, JailCaller.From(authority.Access.Caller.Identity));
        string command = request.Argv.Count == 0 ? "" : $"\n{PlanText.Print(spec, Requests.Command(new CommandConfig { Argv = { request.Argv } }))}";
        return Task.FromResult(new ExplainJailResponse { Text = PlanText.Print(spec) + command, PlanHash = PlanText.Hash(spec) });
    }

    private JailEntry Find(ServerCallContext context, string permission, string id) => registry.Find(id, guard.Require(context, permission, id).Covers);

    // Where it stands in the list: by age, then by id.
    private static string TokenOf(JailEntry entry) => string.Create(CultureInfo.InvariantCulture, $"{entry.Record.CreatedAt.UtcTicks:D20}{entry.Id}");
}
