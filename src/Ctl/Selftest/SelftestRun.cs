using System.Text.Json;
using AgentSandbox.Ctl.Run;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>Makes every attack of the catalogue and prints what became of it.</summary>
/// <param name="request">What the jails under attack are.</param>
/// <param name="json">True: one JSON object instead of a table.</param>
internal sealed class SelftestRun(JailRequest request, bool json)
{
    private const int GotThrough = 1;
    private const int SeenWidth = 60;

    /// <summary>Makes the attacks, prints them, and returns the exit status.</summary>
    public int Execute()
    {
        using AttackStage stage = new(AttackStage.Beside);
        using JailEngine engine = EmbeddedEngine.Create(HostFacts.From(HostFeatures.Current), HostFeatures.Current);
        using AttackRunner runner = new(engine, request, stage);
        List<AttackOutcome> outcomes = [];
        foreach (Attack attack in AttackCatalogue.For(request.Profile.Name))
        {
            AttackOutcome outcome = runner.Make(attack);
            outcomes.Add(outcome);
            if (!json)
            {
                Print(outcome);
            }
        }

        SelftestReport report = SelftestReport.From(request.Profile.Name, runner.Degraded, outcomes);
        Console.Out.WriteLine(json
            ? JsonSerializer.Serialize(report, SelftestReportJson.Default.SelftestReport)
            : $"{report.Refused} refused as planned, {report.GotThrough} got through, {report.NotMade} could not be made, under the profile '{report.Profile}'.");
        return report.Refused == outcomes.Count ? 0 : GotThrough;
    }

    private static void Print(AttackOutcome outcome)
    {
        string verdict = outcome.Verdict switch
        {
            AttackVerdict.Refused => "refused",
            AttackVerdict.GotThrough => "GOT THROUGH",
            _ => "not made",
        };
        bool whole = outcome.Verdict != AttackVerdict.Refused || outcome.Seen.Length <= SeenWidth;
        string seen = whole ? outcome.Seen : $"{outcome.Seen.AsSpan(0, SeenWidth - 3)}...";
        Console.Out.WriteLine($"{outcome.Attack.Threat,-5} {verdict,-11} {outcome.Attack.Name,-21} {outcome.Attack.Title,-72} {seen.ReplaceLineEndings(" ")}");
    }
}
