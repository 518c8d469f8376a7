using AgentSandbox.Ctl.Client;
using AgentSandbox.Jails.Host;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Supervise;
using AgentSandbox.Kernel;
using AgentSandbox.Mcp.Session;
using AgentSandbox.V1;

namespace AgentSandbox.Ctl.Servers;

/// <summary><c>sandboxctl mcp --embedded</c>: jails for one agent, without the host's daemon.</summary>
internal static class EmbeddedMcp
{
    private const uint AnyUid = 65536;

    /// <summary>Serves on stdin and stdout until the client goes.</summary>
    /// <param name="request">What a jail is, to say at once what it would lack.</param>
    /// <param name="template">What each jail is.</param>
    /// <param name="program">The daemon's program; null: the usual one.</param>
    /// <param name="profiles">The directory of profiles; null: the usual one.</param>
    /// <returns>The exit status.</returns>
    /// <exception cref="PolicyException">This is not root, or the host lacks what a jail needs.</exception>
    public static async Task<int> RunAsync(JailRequest request, JailConfig template, string? program, string? profiles)
    {
        WarnOfDegraded(request);
        using EmbeddedDaemon daemon = EmbeddedDaemon.Start(program, ProfileSource.Find(profiles));
        return await McpServing.RunAsync(new DaemonConnection(daemon.Socket, null), null, calls => new SandboxSession(calls, template)).ConfigureAwait(false);
    }

    private static void WarnOfDegraded(JailRequest request)
    {
        HostFacts host = HostFacts.From(HostFeatures.Current);
        using HostPaths paths = new();
        foreach (string layer in JailResolver.Resolve(request, ResolvedProfile.From(request.Profile, host, paths), host, paths, AnyUid).Degraded)
        {
            Console.Error.WriteLine($"sandboxctl: warning: running without {layer}: {host.Missing[layer]}");
        }
    }
}
