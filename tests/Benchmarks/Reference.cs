using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Tests;

namespace AgentSandbox.Benchmarks;

/// <summary>C programs of this folder, compiled for the run, and others' programs that they time.</summary>
internal sealed class Reference : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder of what was compiled.</summary>
    public string Folder => _folder.Path;

    /// <summary>Compiles <c>NAME.c</c>, without libraries of the host's to load, and returns its path.</summary>
    public string Compile(string name, params string[] options)
    {
        string program = Path.Combine(Folder, name);
        using Process gcc = Process.Start("gcc", ["-O2", "-Wall", .. options, "-o", program, Path.Combine(Repository.Root, $"tests/Benchmarks/{name}.c")]);
        gcc.WaitForExit();
        return gcc.ExitCode == 0 ? program : throw new InvalidOperationException($"gcc ended with {gcc.ExitCode} at {name}.c");
    }

    /// <summary>Runs a program that prints one figure a line.</summary>
    public static void Run(Samples samples, string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        foreach (string line in process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            samples.Add(double.Parse(line, CultureInfo.InvariantCulture));
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        }
    }

    public void Dispose() => _folder.Dispose();
}
