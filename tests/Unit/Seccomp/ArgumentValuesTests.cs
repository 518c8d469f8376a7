using System.Diagnostics;
using System.Globalization;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Unit.Seccomp;

/// <summary>The names that profiles use have the values of the compiler's headers.</summary>
public sealed class ArgumentValuesTests : IDisposable
{
    private const string Headers =
        "sys/socket.h netinet/in.h netinet/tcp.h netinet/udp.h linux/netlink.h sched.h linux/sched.h fcntl.h sys/stat.h sys/ioctl.h sys/mman.h " +
        "asm/termbits.h linux/fs.h linux/fscrypt.h linux/fsverity.h linux/prctl.h linux/seccomp.h sys/personality.h linux/ioprio.h stdio.h";

    // Not in the user's headers at all, or with another value, or not on every architecture, or newer than the oldest headers that we build with.
    private static readonly string[] s_absent =
        ["__O_TMPFILE", "SOCK_TYPE_MASK", "PER_QUERY", "ARCH_GET_FS", "ARCH_GET_GS", "ARCH_SET_FS", "ARCH_SET_GS", "PR_GET_AUXV", "PR_GET_MDWE", "PR_SET_MDWE", "PR_SET_MEMORY_MERGE"];

    private readonly string _directory = Directory.CreateTempSubdirectory("argument-values").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Names_HaveTheValuesOfTheHeaders()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/gcc"), "needs gcc");
        string[] names = [.. ArgumentValues.Names.Except(s_absent).Order(StringComparer.Ordinal)];
        string source = Path.Combine(_directory, "values.c");
        string program = Path.Combine(_directory, "values");
        File.WriteAllText(source,
            "#define _GNU_SOURCE\n" + string.Concat(Headers.Split(' ').Select(header => $"#include <{header}>\n"))
            + "int main(void) {\n" + string.Concat(names.Select(name => $"printf(\"%u\\n\", (unsigned)({name}));\n")) + "}\n");
        Run("/usr/bin/gcc", "-w", "-o", program, source);
        uint[] values = [.. Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => uint.Parse(line, CultureInfo.InvariantCulture))];
        Assert.Equal(names.Zip(values), names.Select(name => (name, ArgumentValues.TryGet(name, out uint value) ? value : 0)));
    }

    private static string Run(string file, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        return output;
    }
}
