using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;
using Xunit;

namespace AgentSandbox.Tests.Unit.Plan;

/// <summary>Every shipped profile's programs as text: a review reads the jail in the diff.</summary>
public sealed class GoldenPlanTests
{
    private static readonly CommandSpec s_command = new() { Argv = ["python3", "agent.py"] };

    public static TheoryData<string> Profiles => ["build", "minimal", "node", "python", "shell", "strict"];

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Plan_OfAProfile_IsTheGoldenText(string profile) => AssertGolden(profile, Text(Specs.Resolve(Specs.Request(profile)), s_command));

    [Fact]
    public void Plan_WithBindsAndATerminal_IsTheGoldenText()
    {
        JailRequest request = Specs.Request("shell") with
        {
            Binds = [new("/srv/data", "/data", Writable: false), new("/srv/project", "/project", Writable: true)],
            Environment = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("NAME", "it's \"quoted\"\n"),
        };

        AssertGolden("shell-binds-terminal", Text(Specs.Resolve(request), s_command with { Terminal = true, WorkingDirectory = "/project" }));
    }

    [Fact]
    public void Plan_WithAKeptWorkspace_IsTheGoldenText()
    {
        JailSpec spec = Specs.Resolve(Specs.Request("shell") with { Workspace = "w-abcdefghijkl" });

        AssertGolden("shell-workspace", $"{Text(spec, s_command)}\n{WorkspacePlanner.Plan(spec)}");
    }

    [Fact]
    public void Plan_OfAReadyCommand_IsTheGoldenText()
    {
        JailSpec spec = Specs.Resolve(Specs.Request("python"));

        AssertGolden("ready-command", PlanText.Print(spec, s_command));
    }

    private static string Text(JailSpec spec, CommandSpec command) => $"{PlanText.Print(spec)}\n{CommandPlanner.Plan(spec, command)}";

    private static void AssertGolden(string name, string text)
    {
        string path = Path.Combine(Repository.Root, "tests/Unit/Plan", $"{name}.plan.txt");
        if (Environment.GetEnvironmentVariable("SANDBOX_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.Equal(File.ReadAllText(path), text);
    }
}
