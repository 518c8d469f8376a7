using AgentSandbox.Audit;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using AgentSandbox.Mcp.Gateway;
using AgentSandbox.V1;
using Microsoft.Win32.SafeHandles;
using Files = AgentSandbox.Kernel.Files;

namespace AgentSandbox.Ctl.Servers;

/// <summary>Puts secrets into what the daemon is asked to run for a server. They are read with the rights of this user, and never printed.</summary>
internal static class JailedServerStart
{
    private const uint OthersRights = 0b000_111_111;

    /// <summary>What to ask for.</summary>
    /// <exception cref="PolicyException">A secret's file can be used by others, or the audit trail would keep its variable.</exception>
    /// <exception cref="SyscallException">A secret's file cannot be read.</exception>
    public static RunStart Of(JailedServer server)
    {
        RunStart start = server.Start.Clone();
        foreach ((string name, string path) in server.Secrets)
        {
            start.Config.Environment[name] = Read(name, path);
        }

        return start;
    }

    /// <summary>As <see cref="Of"/>, for the gateway.</summary>
    /// <exception cref="ServerFaultException">A secret cannot be read, or must not be used.</exception>
    public static RunStart ForGateway(JailedServer server)
    {
        try
        {
            return Of(server);
        }
        catch (Exception unfit) when (unfit is PolicyException or IOException)
        {
            throw new ServerFaultException($"cannot be started: {unfit.Message}");
        }
    }

    private static string Read(string name, string path)
    {
        if (!Redactor.Environment([$"{name}=x"]).Contains($"{name}={Redactor.Placeholder}"))
        {
            throw new PolicyException($"environment.{name}", "the audit trail keeps the values of variables of such a name: name it so that it ends in TOKEN, KEY, SECRET or PASSWORD");
        }

        using SafeFileHandle file = Files.Open(path, Libc.O_RDONLY | Libc.O_NONBLOCK);
        statx stat = Files.Stat(file);
        return (stat.stx_mode & Libc.S_IFMT) == Libc.S_IFREG && (stat.stx_mode & OthersRights) == 0
            ? System.Text.Encoding.UTF8.GetString(Files.ReadAll(file)).TrimEnd('\r', '\n')
            : throw new PolicyException($"environment.{name}", $"{path} must be a regular file that nobody but its owner can use: chmod 600 it, and change the secret if others may have read it");
    }
}
