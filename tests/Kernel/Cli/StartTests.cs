using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>What a run does not pay for.</summary>
public sealed class StartTests
{
    [Fact]
    public void EmbeddedRun_LoadsNothing_OfWhatAsksTheDaemon()
    {
        CliResult run = Sandboxctl.Drive("loaded.py");

        Assert.Equal(("[]\n", 0), (run.Out, run.ExitCode));
    }
}
