using AgentSandbox.Grpc.Client;
using AgentSandbox.V1;
using Grpc.Core;
using Xunit;

namespace AgentSandbox.Tests.Rig.Service;

/// <summary><c>systemctl reload</c> with good files and with bad ones.</summary>
public sealed class ReloadTests : IDisposable
{
    private const string Reloaded = "MESSAGE_ID=49b0867c2540ee98dcc4afb16d5aadcb";
    private const string Refused = "MESSAGE_ID=db56033d52ea17c6a8b54f37bb89d8f9";

    private readonly string? _policy = File.Exists(InstalledService.Policy) ? File.ReadAllText(InstalledService.Policy) : null;

    [Fact]
    public async Task Reload_WhenThePolicyChanged_HoldsIt()
    {
        InstalledService.Require();
        Reload(_policy!.Replace("\"profiles\": [\"*\"]", "\"profiles\": [\"python\"]", StringComparison.Ordinal), Reloaded);
        using UnixChannel channel = InstalledService.NewChannel();

        RpcException denied = await Assert.ThrowsAsync<RpcException>(() => InstalledService.RunAsync(channel, InstalledService.Config("shell"), "true"));

        Assert.Equal(StatusCode.PermissionDenied, denied.StatusCode);
    }

    [Fact]
    public async Task Reload_WhenThePolicyIsWrong_KeepsTheOldOneAndSaysWhy()
    {
        InstalledService.Require();
        string why = Reload(_policy!.Replace("\"profiles\": [\"*\"]", "\"profilez\": [\"python\"]", StringComparison.Ordinal), Refused);
        using UnixChannel channel = InstalledService.NewChannel();

        ExecuteResponse answer = await InstalledService.RunAsync(channel, InstalledService.Config("shell"), "true");

        Assert.Equal(0, answer.Ended.ExitCode);
        Assert.Contains("profilez", why, StringComparison.Ordinal);
        Assert.Equal("active", InstalledService.Property("ActiveState"));
    }

    public void Dispose()
    {
        if (_policy is not null)
        {
            Reload(_policy, Reloaded);
        }
    }

    private static string Reload(string policy, string outcome)
    {
        string cursor = InstalledService.Cursor();
        File.WriteAllText(InstalledService.Policy, policy);
        Tool.Run("systemctl", "reload", InstalledService.Name);
        string entry = "";
        InstalledService.WaitUntil(() => (entry = InstalledService.Journal(cursor, outcome)).Length > 0, "the files are not read again");
        return entry;
    }
}
