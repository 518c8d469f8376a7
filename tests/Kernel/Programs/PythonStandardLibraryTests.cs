using System.Xml.Linq;
using AgentSandbox.Jails.Policy;
using Xunit;

namespace AgentSandbox.Tests.Kernel.Programs;

/// <summary>CPython's own tests of its standard library: in a jail each of them comes to the verdict that it comes to outside.</summary>
public sealed class PythonStandardLibraryTests(JailFixture jails)
{
    private const string Marker = "<testsuites";

    /// <summary>Where the verdicts may differ, each with its reason: <c>TEST OUTSIDE INSIDE  # why</c>.</summary>
    private static readonly ILookup<string, string> s_known = File
        .ReadLines(Path.Combine(Repository.Root, "tests/Kernel/Programs/data/stdlib-differences.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .ToLookup(words => words[0], words => $"{words[1]} {words[2]}");

    [Theory]
    [InlineData("test_asyncio.test_streams")]
    [InlineData("test_asyncio.test_subprocess")]
    [InlineData("test_asyncio.test_unix_events")]
    [InlineData("test_ctypes")]
    [InlineData("test_eintr")]
    [InlineData("test_epoll")]
    [InlineData("test_fcntl")]
    [InlineData("test_fork1")]
    [InlineData("test_httpservers")]
    [InlineData("test_json")]
    [InlineData("test_mmap")]
    [InlineData("test_multiprocessing_main_handling")]
    [InlineData("test_os")]
    [InlineData("test_pathlib")]
    [InlineData("test_posix")]
    [InlineData("test_pty")]
    [InlineData("test_resource")]
    [InlineData("test_select")]
    [InlineData("test_shutil")]
    [InlineData("test_signal")]
    [InlineData("test_socket")]
    [InlineData("test_subprocess")]
    [InlineData("test_tarfile")]
    [InlineData("test_tempfile")]
    [InlineData("test_threading")]
    [InlineData("test_time")]
    [InlineData("test_wait4")]
    public void Module_ComesToTheSameVerdicts(string module)
    {
        Requires.Feature("python3-testsuite", "needs CPython's own tests (Debian: libpython3.11-testsuite)");
        using Workbench bench = new(jails) { Adapt = request => request with { FileSize = new ByteSize(16L << 30) } };

        (ProgramRun inside, ProgramRun outside) = bench.RunBoth("python", $"/usr/bin/python3 -m test --junit-xml r.xml --timeout 240 {module} >&2; cat r.xml");

        IReadOnlyDictionary<string, string> expected = Verdicts(outside), actual = Verdicts(inside);
        string[] differences =
        [
            .. expected.Keys.Union(actual.Keys).Order()
                .Where(test => expected.GetValueOrDefault(test) != actual.GetValueOrDefault(test))
                .Where(test => !s_known[test].Contains($"{expected.GetValueOrDefault(test, "absent")} {actual.GetValueOrDefault(test, "absent")}"))
                .Select(test => $"{test}: outside {expected.GetValueOrDefault(test, "absent")}, inside {actual.GetValueOrDefault(test, "absent")}"),
        ];
        Assert.True(differences.Length == 0, string.Join('\n', [.. differences, inside.Err]));
        Assert.NotEmpty(actual);
    }

    private static Dictionary<string, string> Verdicts(ProgramRun run)
    {
        Assert.True(run.Out.StartsWith(Marker, StringComparison.Ordinal), run.ToString());
        return XDocument.Parse(run.Out).Descendants("testcase")
            .GroupBy(test => test.Attribute("name")!.Value)
            .ToDictionary(test => test.Key, test => string.Join('+', test.Select(Verdict)));
    }

    private static string Verdict(XElement test) =>
        test.Elements().Select(e => e.Name.LocalName).FirstOrDefault(name => name is "failure" or "error" or "skipped") ?? test.Attribute("result")?.Value ?? "ok";
}
