using AgentSandbox.Ctl.Selftest;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.Tests.Kernel.Attacks;
using Xunit;

[assembly: AssemblyFixture(typeof(AttackHost))]

namespace AgentSandbox.Tests.Kernel.Attacks;

/// <summary>One engine for all tests that attack, and the stage that the attacks need. Both are made at their first use.</summary>
public sealed class AttackHost : IDisposable
{
    private readonly Lazy<JailEngine> _engine = new(() => EmbeddedEngine.Create(HostFacts.From(HostFeatures.Current), HostFeatures.Current));
    private readonly Lazy<AttackStage> _stage = new(() => new AttackStage(Program));
    private readonly ProfileStore _profiles = new(Path.Combine(Repository.Root, "native-profiles"));

    /// <summary>The attack program, as build.sh leaves it.</summary>
    internal static string Program { get; } = Path.Combine(Repository.Root, "artifacts", "sandboxctl.d", "agent-sandbox-attacks");

    /// <summary>The engine.</summary>
    internal JailEngine Engine
    {
        get
        {
            Requires.Feature("root");
            return _engine.Value;
        }
    }

    /// <summary>The stage.</summary>
    internal AttackStage Stage => _stage.Value;

    /// <summary>A request for a jail of a shipped profile, on whatever this machine can enforce.</summary>
    internal JailRequest Request(string profile) => new() { Profile = _profiles.Load(profile), AllowDegraded = ["all"] };

    /// <summary>Makes attacks in jails of <paramref name="request"/>. The caller disposes it.</summary>
    internal AttackRunner Runner(JailRequest request) => new(Engine, request, Stage);

    /// <summary>A jail with the stage in it. The caller disposes it.</summary>
    internal Jail CreateJail(JailRequest request) => Runner(request).CreateJail();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_engine.IsValueCreated)
        {
            _engine.Value.Dispose();
        }

        if (_stage.IsValueCreated)
        {
            _stage.Value.Dispose();
        }
    }
}
