using System.Collections.Immutable;
using System.Text;
using AgentSandbox.Ctl.Run;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;

namespace AgentSandbox.Ctl.Selftest;

/// <summary>Makes attacks in jails. Attacks that disturb nobody share one; disposed, it is gone.</summary>
/// <param name="engine">Makes the jails.</param>
/// <param name="request">What the jails are, without the stage.</param>
/// <param name="stage">What the attacks need.</param>
internal sealed class AttackRunner(JailEngine engine, JailRequest request, AttackStage stage) : IDisposable
{
    private const int GotThrough = 1;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private Jail? _shared;

    /// <summary>The layers that the jails lack, and that the request gave up.</summary>
    public ImmutableArray<string> Degraded => (_shared ??= CreateJail()).Spec.Degraded;

    /// <summary>A jail for attacks. The caller disposes it.</summary>
    public Jail CreateJail() =>
        engine.Create(request with { Binds = [.. request.Binds, stage.Bind], Timeout = request.Timeout ?? s_patience }, JailCaller.Root);

    /// <summary>Makes <paramref name="attack"/>.</summary>
    public AttackOutcome Make(Attack attack)
    {
        if (!attack.Alone)
        {
            _shared ??= CreateJail();
            return Make(attack, _shared);
        }

        using Jail own = CreateJail();
        return Make(attack, own);
    }

    /// <summary>Makes <paramref name="attack"/> in <paramref name="jail"/>.</summary>
    public AttackOutcome Make(Attack attack, Jail jail)
    {
        string planned = attack.PlannedFor(jail.Spec.Profile);
        (CommandEnd end, string said) = Execute(jail, new CommandSpec { Argv = AttackArguments.Command(attack, jail.Spec, stage) });
        return end switch
        {
            CommandEnd.Exited { Code: 0 } => new(attack, planned, said, AttackVerdict.Refused),
            CommandEnd.Exited { Code: GotThrough } => new(attack, planned, said, AttackVerdict.GotThrough),
            _ => new(attack, planned, $"{said} ({end})".TrimStart(), AttackVerdict.NotMade),
        };
    }

    /// <summary>Runs a command to its end and returns what it wrote.</summary>
    public static (CommandEnd End, string Said) Execute(Jail jail, CommandSpec spec)
    {
        using OutputSink sink = OutputSink.ToMemory();
        CommandChannels channels = CommandChannels.OpenPipes();
        Command command;
        using (channels)
        {
            command = jail.Start(spec, channels.Stdio);
        }

        channels.Input.Dispose();
        OutputMeter meter = new(command);
        OutputRelay output = new(channels.Output, sink.Write, meter);
        OutputRelay error = new(channels.Error!, sink.Write, meter);
        CommandResult result = command.Wait();
        output.Join();
        error.Join();
        return (result.End, Encoding.UTF8.GetString(sink.Collected!).Trim());
    }

    /// <inheritdoc/>
    public void Dispose() => _shared?.Dispose();
}
