using System.Diagnostics;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>Every command of README.md is run, as it stands there.</summary>
public sealed class ReadmeTests
{
    public static TheoryData<string> Commands => [.. ReadCommands()];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Command_OfTheReadme_Works(string command)
    {
        Requires.Feature("root");
        Assert.SkipUnless(File.Exists(Path.Combine(Repository.Root, "artifacts/sandboxctl")), "needs artifacts/sandboxctl: ./build.sh build");
        using Process shell = Process.Start(new ProcessStartInfo("bash", ["-euc", command])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> error = shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(shell.ExitCode == 0, $"exit status {shell.ExitCode}: {output}{await error}");
    }

    // The lines of the blocks that begin with ```sh.
    private static IEnumerable<string> ReadCommands()
    {
        bool inside = false;
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "README.md")))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inside = line == "```sh";
            }
            else if (inside)
            {
                yield return line;
            }
        }
    }
}
