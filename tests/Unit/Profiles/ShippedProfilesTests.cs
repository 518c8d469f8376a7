using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using AgentSandbox.Jails.Profiles;
using AgentSandbox.Jails.Seccomp;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Unit.Profiles;

/// <summary>What a reviewer would ask of every shipped profile.</summary>
public sealed class ShippedProfilesTests
{
    public static TheoryData<string> Names => [.. ShippedProfiles.Store.List()];

    public static TheoryData<string> Files => [.. Directory.GetFiles(ShippedProfiles.Directory, "*.json").Select(path => Path.GetFileName(path)!)];

    [Fact]
    public void List_HasTheShippedProfiles() =>
        Assert.Equal(["build", "minimal", "node", "python", "shell", "strict"], ShippedProfiles.Store.List());

    [Theory]
    [MemberData(nameof(Names))]
    public void Filter_IsAsReviewed(string name)
    {
        string golden = Path.Combine(ShippedProfiles.GoldenDirectory, $"{name}.filter.txt");
        string actual = new SyscallFilter(ShippedProfiles.Load(name).Syscalls, SyscallTable.For(Architecture.X64)).ToString();
        if (Environment.GetEnvironmentVariable("SANDBOX_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(golden, actual);
        }

        Assert.Equal(File.ReadAllText(golden), actual);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Filter_IsShortAndFlat(string name)
    {
        foreach (Architecture architecture in new[] { Architecture.X64, Architecture.Arm64 })
        {
            SyscallTable table = SyscallTable.For(architecture);
            SyscallPolicy policy = ShippedProfiles.Load(name).Syscalls;
            ImmutableArray<sock_filter> program = FilterCompiler.Compile(policy, table);
            Assert.InRange(program.Length, 50, 350);
            int deepest = policy.Allowed.Where(call => table.Number(call) is not null).Max(call =>
            {
                _ = BpfMachine.Run(program.AsSpan(), new seccomp_data { nr = table.Number(call)!.Value, arch = table.AuditArch }, out int steps);
                return steps;
            });
            Assert.InRange(deepest, 5, 14); // architecture, x32 and the answer are 6 of them
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void AllowDegraded_NamesNoLayerThatCannotBeGivenUp(string name) =>
        Assert.All(ShippedProfiles.Load(name).Isolation.AllowDegraded, layer => Assert.Matches(@"^(cgroup\.|landlock)", layer));

    [Theory]
    [MemberData(nameof(Names))]
    public void Profile_KeepsTheFencesOfAll(string name)
    {
        JailProfile profile = ShippedProfiles.Load(name);
        Assert.True(profile.Landlock is { ScopeSignal: true, ScopeAbstractUnixSocket: true });
        Assert.Equal("/workspace", profile.Filesystem.Workspace);
        Assert.Equal("/workspace", profile.Environment.Variables["HOME"]);
        Assert.Equal(["/dev/shm", "/tmp", "/workspace"], profile.Filesystem.Tmpfs.Select(one => one.Target));
        Assert.Equal(name == "strict", profile.Filesystem.Tmpfs.All(one => one.NoExec));
        Assert.Equal(name == "strict", profile.Landlock.Tcp is not null);
        foreach (LandlockPathRule rule in profile.Landlock.Paths.Where(rule => rule.Access.HasFlag(LandlockAccess.Write)))
        {
            Assert.Contains(rule.Path, (string[])["/dev", "/dev/shm", "/proc", "/tmp", "/workspace"]);
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void File_HasSortedLists(string file)
    {
        if (file.EndsWith(".schema.json", StringComparison.Ordinal))
        {
            return;
        }

        using JsonDocument document = Parse(file);
        CheckSorted(document.RootElement, file);
    }

    [Fact]
    public void Groups_HoldEachCallOnce_AndDangerousBesides()
    {
        using JsonDocument document = Parse("groups.json");
        string[] grouped =
        [
            .. document.RootElement.GetProperty("groups").EnumerateObject().Where(group => group.Name != "@dangerous")
                .SelectMany(group => group.Value.GetProperty("calls").EnumerateArray()).Select(call => call.GetString()!).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(Enum.GetNames<Syscall>().Order(StringComparer.Ordinal), grouped);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Allowed_WhenDangerous_SaysWhy(string name)
    {
        using JsonDocument document = Parse("groups.json");
        SyscallPolicy policy = ShippedProfiles.Load(name).Syscalls;
        foreach (JsonElement one in document.RootElement.GetProperty("groups").GetProperty("@dangerous").GetProperty("calls").EnumerateArray())
        {
            Syscall call = Enum.Parse<Syscall>(one.GetString()!);
            Assert.Equal(policy.Allowed.Contains(call) || policy.Conditional.ContainsKey(call), policy.Reasons.ContainsKey(call));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Allowed_IsNothingThatPodmanRefuses(string name)
    {
        SyscallPolicy policy = ShippedProfiles.Load(name).Syscalls;
        string[] refused = [.. File.ReadAllLines(Path.Combine(ShippedProfiles.GoldenDirectory, "podman-refuses.txt")).Where(line => line.Length > 0 && line[0] != '#')];
        Assert.True(refused.Length > 60);
        Assert.All(refused.Select(Enum.Parse<Syscall>), call => Assert.False(policy.Allowed.Contains(call) || policy.Conditional.ContainsKey(call), $"{call}"));
    }

    private static JsonDocument Parse(string file) => JsonDocument.Parse(
        File.ReadAllText(Path.Combine(ShippedProfiles.Directory, file)),
        new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });

    private static void CheckSorted(JsonElement element, string path)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            // The cases of a rule are in the order in which they decide, and the conditions in the order of the arguments.
            string[] texts = [.. element.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.String).Select(one => one.GetString()!)];
            Assert.True(texts.Order(StringComparer.Ordinal).SequenceEqual(texts), $"{path} is not sorted: {string.Join(' ', texts)}");
            foreach (JsonElement one in element.EnumerateArray())
            {
                CheckSorted(one, path + "[]");
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            string[] names = [.. element.EnumerateObject().Select(member => member.Name)];
            bool map = names.Any(name => name is ['/' or '@', ..]) || path.EndsWith("rules", StringComparison.Ordinal) || path.Contains("variables", StringComparison.Ordinal);
            Assert.True(!map || names.Order(StringComparer.Ordinal).SequenceEqual(names), $"{path} is not sorted: {string.Join(' ', names)}");
            foreach (JsonProperty member in element.EnumerateObject())
            {
                CheckSorted(member.Value, $"{path}.{member.Name}");
            }
        }
    }
}
