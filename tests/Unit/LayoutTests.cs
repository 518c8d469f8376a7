using System.Text.RegularExpressions;
using Xunit;

namespace AgentSandbox.Tests.Unit;

/// <summary>The rules of src/README.md, held against the sources.</summary>
public sealed partial class LayoutTests
{
    private static readonly string s_source = Path.Combine(Repository.Root, "src");

    public static TheoryData<string> ProjectsButKernel => [.. Directory.GetDirectories(s_source).Select(d => Path.GetFileName(d)!).Where(d => d != "Kernel")];

    [Theory]
    [MemberData(nameof(ProjectsButKernel))]
    public void Project_OtherThanKernel_HasNoUnsafeCodeAndNoSystemCall(string project) =>
        Assert.Empty(Sources(project).Where(f => Interop().IsMatch(f.Text)).Select(f => f.Path));

    [Theory]
    [InlineData("Kernel", "AgentSandbox.Jails|AgentSandbox.Access|AgentSandbox.Daemon|AgentSandbox.Ctl|Grpc")]
    [InlineData("Jails", "AgentSandbox.Access|AgentSandbox.Daemon|AgentSandbox.Ctl|Grpc")]
    [InlineData("Access", "AgentSandbox.Daemon|AgentSandbox.Ctl|Grpc|Microsoft.AspNetCore|System.Net")]
    [InlineData("Audit", "AgentSandbox.Jails|AgentSandbox.Access|AgentSandbox.Daemon|AgentSandbox.Ctl|Grpc")]
    [InlineData("Mcp", "AgentSandbox.Kernel|AgentSandbox.Jails|AgentSandbox.Access|AgentSandbox.Daemon|AgentSandbox.Ctl")]
    public void Project_KnowsNothing_OfThoseAboveIt(string project, string above) =>
        Assert.Empty(Sources(project).Where(f => Regex.IsMatch(f.Text, $@"^\s*using (static )?({above})\b", RegexOptions.Multiline)).Select(f => f.Path));

    [Fact]
    public void Source_HasAtMost300LinesAFile() =>
        Assert.Empty(Directory.GetDirectories(s_source).SelectMany(d => Sources(Path.GetFileName(d)!)).Where(f => f.Text.Split('\n').Length > 301 && !f.Text.StartsWith("// Generated", StringComparison.Ordinal)).Select(f => f.Path));

    [Fact]
    public void Source_HasNoEmptyCatch() =>
        Assert.Empty(Directory.GetDirectories(s_source).SelectMany(d => Sources(Path.GetFileName(d)!)).Where(f => EmptyCatch().IsMatch(f.Text)).Select(f => f.Path));

    private static IEnumerable<(string Path, string Text)> Sources(string project) => Directory
        .EnumerateFiles(Path.Combine(s_source, project), "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
        .Select(f => (Path.GetRelativePath(Repository.Root, f), File.ReadAllText(f)));

    [GeneratedRegex(@"\bunsafe\b|\[LibraryImport|\[DllImport")]
    private static partial Regex Interop();

    [GeneratedRegex(@"catch\s*(\([^)]*\)\s*)?(when\s*\([^{]*\)\s*)?\{\s*\}")]
    private static partial Regex EmptyCatch();
}
