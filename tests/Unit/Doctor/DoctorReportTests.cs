using System.Text.Json;
using AgentSandbox.Jails.Doctor;
using AgentSandbox.Kernel;
using Xunit;

namespace AgentSandbox.Tests.Unit.Doctor;

public sealed class DoctorReportTests
{
    private static readonly string[] s_layers =
    [
        "namespaces.user", "namespaces.mount", "namespaces.pid", "namespaces.network", "namespaces.ipc", "namespaces.uts", "namespaces.cgroup",
        "namespaces.time", "clone3", "pidfd", "mount-api", "mount.idmap", "seccomp", "landlock", "landlock.tcp", "landlock.ioctl", "landlock.scope",
        "cgroup.memory", "cgroup.cpu", "cgroup.cpuset", "cgroup.io", "cgroup.pids", "cgroup.kill", "cgroup.freeze", "memfd-exec", "overlay",
        "workspaces", "fscrypt", "privilege",
    ];

    private static readonly string[] s_optional =
        ["namespaces.time", "landlock.tcp", "landlock.ioctl", "landlock.scope", "cgroup.cpuset", "cgroup.freeze", "overlay", "workspaces", "fscrypt"];

    [Fact]
    public void Create_NamesEveryLayer_InAFixedOrder() =>
        Assert.Equal(s_layers, DoctorReport.Create(Hosts.Complete).Findings.Select(finding => finding.Layer));

    [Fact]
    public void Create_OnACompleteHost_IsReady()
    {
        var report = DoctorReport.Create(Hosts.Complete);

        Assert.True(report.IsReady);
        Assert.All(report.Findings, finding => Assert.Equal((DoctorState.Present, ""), (finding.State, finding.Remedy)));
    }

    [Fact]
    public void Create_RequiresAllLayers_ButTheOptionalOnes() =>
        Assert.Equal(s_optional, DoctorReport.Create(Hosts.Complete).Findings.Where(finding => !finding.Required).Select(finding => finding.Layer));

    [Theory]
    [MemberData(nameof(DoctorCases.All), MemberType = typeof(DoctorCases))]
    public void Create_WhenALayerIsNotWhole_SaysWhatAndHowToGetIt(string name)
    {
        DoctorCase sick = DoctorCases.Named(name);

        DoctorFinding finding = DoctorReport.Create(sick.Host).Findings.Single(finding => finding.Layer == sick.Layer);

        Assert.Equal((sick.State, sick.Detail, sick.Remedy), (finding.State, finding.Detail, finding.Remedy));
        Assert.NotEmpty(finding.Cost);
    }

    [Theory]
    [MemberData(nameof(DoctorCases.All), MemberType = typeof(DoctorCases))]
    public void IsReady_WhenARequiredLayerIsMissingOrUnknown_IsFalse(string name)
    {
        DoctorCase sick = DoctorCases.Named(name);
        bool stops = !s_optional.Contains(sick.Layer) && sick.State is DoctorState.Missing or DoctorState.Unknown;

        // Some causes take several layers away; then the case's own layer does not decide alone.
        Assert.Equal(!stops && !sick.TakesRequiredLayersToo, DoctorReport.Create(sick.Host).IsReady);
    }

    [Fact]
    public void Cases_CoverEveryLayer() => Assert.Empty(s_layers.Except(DoctorCases.Layers));

    [Fact]
    public void ToJson_HasStatesAsWords_AndFieldsInCamelCase()
    {
        using var json = JsonDocument.Parse(DoctorReport.Create(Hosts.Complete with { Overlay = Presence.Missing }).ToJson());
        JsonElement overlay = json.RootElement.GetProperty("findings").EnumerateArray().Single(IsOverlay);

        Assert.True(json.RootElement.GetProperty("isReady").GetBoolean());
        Assert.Equal(
            """
            {"layer":"overlay","state":"missing","required":false,"detail":"/proc/filesystems does not name overlay",
            "cost":"jails that write to their root cannot share an image directory","remedy":"modprobe overlay, and the name in /etc/modules-load.d"}
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(overlay));

        static bool IsOverlay(JsonElement finding) => finding.GetProperty("layer").GetString() == "overlay";
    }
}
