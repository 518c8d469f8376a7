using System.CommandLine;
using AgentSandbox.Ctl;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Commands;
using AgentSandbox.Ctl.Commands.Workspaces;

DaemonOptions daemon = new();
RootCommand root = new("sandboxctl runs and looks at jails for code that nobody reviewed.")
{
    RunCommand.Create(daemon),
    CreateCommand.Create(daemon),
    ExecCommand.Create(daemon),
    PsCommand.Create(daemon),
    InspectCommand.Create(daemon),
    TopCommand.Create(daemon),
    StatsCommand.Create(daemon),
    LogsCommand.Create(daemon),
    EventsCommand.Create(daemon),
    WaitCommand.Create(daemon),
    PauseCommand.Create(daemon),
    ResumeCommand.Create(daemon),
    UpdateCommand.Create(daemon),
    KillCommand.Create(daemon),
    RmCommand.Create(daemon),
    CpCommand.Create(daemon),
    WorkspaceCommand.Create(daemon),
    WhoamiCommand.Create(daemon),
    PlanCommand.Create(),
    ProfileCommand.Create(daemon),
    DoctorCommand.Create(daemon),
    SelftestCommand.Create(),
    PolicyCommand.Create(),
    KeyCommand.Create(daemon),
    AuditCommand.Create(daemon),
    StatusCommand.Create(daemon),
    ReloadCommand.Create(daemon),
    McpCommand.Create(daemon),
    CompletionCommand.Create(),
};
daemon.AddTo(root);
ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
    {
        Console.Error.WriteLine($"sandboxctl: {error.Message}");
    }

    Console.Error.WriteLine("sandboxctl: 'sandboxctl --help' and 'sandboxctl COMMAND --help' say what there is");
    return ExitCodes.Usage;
}

return Failures.Report(
    () => parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }),
    ExitCodes.OfRefusal(parsed.CommandResult.Command.Name));
