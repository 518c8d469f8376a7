using Xunit;

namespace AgentSandbox.Tests.Kernel.Programs;

/// <summary>Small programs as agents write them. Python: a right and a wrong body with the same tests. C: a program and what it prints.</summary>
public sealed class ProblemTests(JailFixture jails)
{
    private static string Data { get; } = Path.Combine(Repository.Root, "tests/Kernel/Programs/data");

    public static TheoryData<string> PythonProblems => Names("python", ".py");

    public static TheoryData<string> CPrograms => Names("c", ".c");

    [Theory]
    [MemberData(nameof(PythonProblems))]
    public void Python_TellsTheRightBody_FromTheWrongOne(string name)
    {
        string[] parts = File.ReadAllText(Path.Combine(Data, "python", name + ".py")).Split("# === wrong\n");
        string[] rest = parts[1].Split("# === tests\n");
        using Workbench bench = new Workbench(jails).With("right.py", parts[0] + rest[1]).With("wrong.py", rest[0] + rest[1]);

        string verdicts = bench.AssertSame("python", "cd $DATA; for body in right wrong; do /usr/bin/python3 $body.py 2>/dev/null; echo $body $?; done");

        Assert.Equal("right 0\nwrong 1\n", verdicts);
    }

    [Theory]
    [MemberData(nameof(CPrograms))]
    public void C_PrintsWhatItShould(string name)
    {
        Requires.Feature("gcc");
        using Workbench bench = new Workbench(jails).With("program.c", File.ReadAllText(Path.Combine(Data, "c", name + ".c")));

        string output = bench.AssertSame("build", "gcc -std=gnu11 -O1 -Wall -Wextra -Werror -pthread -o program $DATA/program.c -lm && ./program; echo exit $?");

        Assert.Equal(File.ReadAllText(Path.Combine(Data, "c", name + ".expected")), output);
    }

    private static TheoryData<string> Names(string folder, string suffix) =>
        [.. Directory.GetFiles(Path.Combine(Data, folder), "*" + suffix).Select(path => Path.GetFileName(path)[..^suffix.Length]).Order(StringComparer.Ordinal)];
}
