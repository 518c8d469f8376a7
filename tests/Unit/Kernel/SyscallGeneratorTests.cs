using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Unit.Kernel;

/// <summary>Runs Syscalls/generate.sh again: it gives the checked-in numbers. Newer headers may add calls; no number may change.</summary>
public sealed partial class SyscallGeneratorTests
{
    [Fact]
    public void Generate_WithTheHeaderTree_GivesTheCheckedInNumbers()
    {
        Requires.Feature("headers", HeaderTree.HowToGet);
        string folder = Directory.CreateTempSubdirectory("syscalls-").FullName;
        try
        {
            string script = Path.Combine(folder, "generate.sh");
            File.Copy(Path.Combine(Repository.Root, "src/Kernel/Syscalls/generate.sh"), script);
            using (Process generator = Process.Start("bash", [script, HeaderTree.Find()!.Path]))
            {
                generator.WaitForExit();
                Assert.Equal(0, generator.ExitCode);
            }

            AssertSameNumbers(SyscallTable.For(Architecture.X64), Path.Combine(folder, "SyscallTable.x64.cs"));
            AssertSameNumbers(SyscallTable.For(Architecture.Arm64), Path.Combine(folder, "SyscallTable.arm64.cs"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void AssertSameNumbers(SyscallTable table, string generated)
    {
        var numbers = TableLine().Matches(File.ReadAllText(generated)).ToDictionary(
            line => line.Groups["name"].Value,
            line => int.Parse(line.Groups["number"].ValueSpan, CultureInfo.InvariantCulture));

        Assert.All(Enum.GetValues<Syscall>(), call => Assert.Equal(table.Number(call) ?? -1, numbers[call.ToString()]));
    }

    [GeneratedRegex(@"^ +(?<number>-?\d+), // (?<name>\w+)$", RegexOptions.Multiline)]
    private static partial Regex TableLine();
}
