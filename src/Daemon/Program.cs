using AgentSandbox.Daemon;
using AgentSandbox.Daemon.Configuration;
using AgentSandbox.Jails.Configuration;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;

const string DefaultConfig = "/etc/agent-sandboxd/daemon.json";
string? file = args switch
{
    [] => null,
    ["--config", string path] => path,
    _ => "",
};
if (file is "")
{
    bool help = args is ["--help" or "-h"];
    (help ? Console.Out : Console.Error).WriteLine($"""
        usage: agent-sandboxd [--config FILE]
        Serves jails for code that nobody reviewed, over gRPC on a Unix socket. Without --config it reads {DefaultConfig}, if that is there.
        SIGHUP reads profiles and policy again; SIGTERM ends the daemon, and as daemon.json says its jails live on or end with it.
        """);
    return help ? 0 : 2;
}

try
{
    DaemonConfig config = file is null && !File.Exists(DefaultConfig) ? new() : DaemonConfigReader.Parse(file ?? DefaultConfig, TrustedFile.Read(file ?? DefaultConfig));
    await using SandboxDaemon daemon = await SandboxDaemon.StartAsync(config);
    await daemon.RunAsync();
    return 0;
}
catch (Exception failure) when (failure is ConfigException or PolicyException or SyscallException or IOException or UnauthorizedAccessException or InvalidDataException)
{
    Console.Error.WriteLine($"agent-sandboxd: {failure.Message}");
    return 1;
}
