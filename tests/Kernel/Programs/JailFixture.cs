using System.Collections.Immutable;
using System.Text;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;
using Xunit;

[assembly: AssemblyFixture(typeof(AgentSandbox.Tests.Kernel.Programs.JailFixture))]

namespace AgentSandbox.Tests.Kernel.Programs;

/// <summary>One engine for all tests of programs, in this process. Each run has a jail of its own, without what this host lacks.</summary>
public sealed class JailFixture : IDisposable
{
    private readonly Lazy<JailEngine> _engine;

    public JailFixture() => _engine = new Lazy<JailEngine>(() => EmbeddedEngine.Create(HostFacts.From(HostFeatures.Current), HostFeatures.Current));

    /// <summary>The profiles that are shipped.</summary>
    internal static ProfileStore Shipped { get; } = new(Path.Combine(Repository.Root, "native-profiles"));

    public void Dispose()
    {
        if (_engine.IsValueCreated)
        {
            _engine.Value.Dispose();
        }
    }

    /// <summary>Runs <paramref name="argv"/> in a jail.</summary>
    /// <param name="request">The jail.</param>
    /// <param name="argv">The program and its arguments.</param>
    /// <param name="environment">Variables beyond the profile's.</param>
    internal ProgramRun Run(JailRequest request, string[] argv, IReadOnlyDictionary<string, string>? environment = null)
    {
        Requires.Feature("root");
        using Jail jail = _engine.Value.Create(request with { AllowDegraded = ["all"] }, JailCaller.Root);
        (SafeFileHandle output, SafeFileHandle stdout) = Files.CreatePipe();
        (SafeFileHandle error, SafeFileHandle stderr) = Files.CreatePipe();
        using SafeFileHandle ours = output, oursToo = error;
        Command command;
        using (SafeFileHandle stdin = Files.Open("/dev/null", Libc.O_RDONLY))
        using (stdout)
        using (stderr)
        {
            CommandSpec spec = new() { Argv = [.. argv], Environment = (environment ?? new Dictionary<string, string>()).ToImmutableSortedDictionary() };
            command = jail.Start(spec, new CommandStdio(stdin, stdout, stderr));
        }

        Task<byte[]> outBytes = Task.Run(() => Files.ReadAll(output));
        Task<byte[]> errBytes = Task.Run(() => Files.ReadAll(error));
        CommandResult result = command.Wait();
        jail.Dispose();
        return new ProgramRun(result.End.ExitCode, Encoding.UTF8.GetString(outBytes.Result), Encoding.UTF8.GetString(errBytes.Result));
    }
}
