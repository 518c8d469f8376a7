using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Cli;

/// <summary>The real <c>sandboxctl</c>, as the build left it, run as a process.</summary>
internal static class Sandboxctl
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>The executable of the configuration that the tests were built with.</summary>
    public static string Executable { get; } = Path.Combine(
        Repository.Root, "src/Ctl/bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name, "sandboxctl");

    /// <summary>The scripts that drive it.</summary>
    public static string Data { get; } = Path.Combine(Repository.Root, "tests/Kernel/Cli/data");

    /// <summary>The arguments that run <paramref name="command"/> in a jail on whatever host this is.</summary>
    public static string[] Jailed(params string[] command) => [.. Options(), "--", .. command];

    /// <summary>The arguments of a run up to its <c>--</c>, with <paramref name="options"/> added.</summary>
    public static string[] Options(params string[] options) => ["run", "--embedded", "--allow-degraded", "all", .. options];

    /// <summary>Runs <paramref name="command"/> in a jail.</summary>
    public static CliResult RunInJail(params string[] command) => Run(Jailed(command));

    /// <summary>Runs <c>sandboxctl</c> with <paramref name="arguments"/>; its stdin is empty.</summary>
    public static CliResult Run(params string[] arguments) => RunWith([], null, arguments);

    /// <summary>Runs <c>sandboxctl</c>.</summary>
    /// <param name="stdin">What it reads.</param>
    /// <param name="environment">Variables beyond ours, or null.</param>
    /// <param name="arguments">Its arguments.</param>
    public static CliResult RunWith(byte[] stdin, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        Requires.Feature("root");
        return Processes.Run(Executable, arguments, stdin, environment, s_patience);
    }

    /// <summary>Runs <c>sandboxctl</c> where all that it leaves behind shows.</summary>
    public static CliResult RunContained(params string[] arguments) => Contain(Executable, arguments);

    /// <summary>Runs a program where all that it leaves behind shows.</summary>
    public static CliResult Contain(string program, params string[] arguments)
    {
        Requires.Feature("root");
        Requires.Feature("python3");
        string result = Path.GetTempFileName();
        try
        {
            CliResult run = Processes.Run("/usr/bin/python3", [Path.Combine(Data, "contain.py"), result, program, .. arguments], [], null, s_patience);
            Assert.True(run.ExitCode == 0, $"contain.py itself failed: {run}");
            using JsonDocument said = JsonDocument.Parse(File.ReadAllText(result));
            string[] left = [.. said.RootElement.GetProperty("left").EnumerateArray().Select(l => l.GetString()!)];
            return run with { ExitCode = said.RootElement.GetProperty("status").GetInt32(), Left = left };
        }
        finally
        {
            File.Delete(result);
        }
    }

    /// <summary>Runs a driver of <see cref="Data"/>, a Python script that gets the executable as its first argument.</summary>
    public static CliResult Drive(string script, params string[] arguments)
    {
        Requires.Feature("root");
        Requires.Feature("python3");
        return Processes.Run("/usr/bin/python3", [Path.Combine(Data, script), Executable, .. arguments], [], null, s_patience);
    }
}
