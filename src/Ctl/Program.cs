using System.CommandLine;
using AgentSandbox.Ctl;
using AgentSandbox.Ctl.Commands;

RootCommand root = new("sandboxctl runs and looks at jails for code that nobody reviewed.")
{
    RunCommand.Create(),
    PlanCommand.Create(),
    ProfileCommand.Create(),
    DoctorCommand.Create(),
    SelftestCommand.Create(),
};
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

return Failures.Report(() => parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false }));
