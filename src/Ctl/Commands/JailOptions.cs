using System.Collections.Immutable;
using System.CommandLine;
using AgentSandbox.Jails.Policy;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary>The options by which a new jail is described.</summary>
internal sealed class JailOptions
{
    private readonly Option<string> _profile = new("--profile", "-p") { Description = "What the jail is: see 'sandboxctl profile list'.", HelpName = "NAME", DefaultValueFactory = _ => "python" };
    private readonly Option<string[]> _environment = OptionParsers.Repeated("--env", "K=V", "Sets a variable of the command.", "-e");
    private readonly Option<string[]> _bindReadOnly = OptionParsers.Repeated("--bind-ro", "SRC[:DST]", "Shows a host path in the jail, read-only.");
    private readonly Option<string[]> _bind = OptionParsers.Repeated("--bind", "SRC[:DST]", "Shows a host path in the jail; what is written there belongs to you (under sudo: to who called it).");
    private readonly Option<string[]> _allowDegraded = OptionParsers.Repeated("--allow-degraded", "LAYER", "Goes on if the host lacks LAYER and the profile lets it go; 'all' for every such layer.");

    private readonly Option<string?> _workspace = new("--workspace") { Description = "A workspace that outlives the jail, in the place of the profile's: see 'sandboxctl workspace list'.", HelpName = "WORKSPACE" };

    /// <summary>The limits.</summary>
    public LimitOptions Limits { get; } = new();

    /// <summary>Adds the options to <paramref name="command"/>.</summary>
    public void AddTo(Command command)
    {
        command.Add(_profile);
        LimitOptions.Add(command, Limits.All);
        Array.ForEach(new Option[] { _environment, _bindReadOnly, _bind, _workspace, _allowDegraded }, command.Add);
    }

    /// <summary>The profile's name.</summary>
    public string Profile(ParseResult parsed) => parsed.GetValue(_profile)!;

    /// <summary>The layers that can be given up.</summary>
    public string[] AllowDegraded(ParseResult parsed) => parsed.GetValue(_allowDegraded)!;

    /// <summary>The workspace that outlives the jail; null: none.</summary>
    public string? Workspace(ParseResult parsed) => parsed.GetValue(_workspace);

    /// <summary>The host paths to show.</summary>
    /// <exception cref="UsageException">One is not SRC[:DST].</exception>
    public ImmutableArray<BindRequest> Binds(ParseResult parsed) =>
    [
        .. parsed.GetValue(_bindReadOnly)!.Select(b => Bind(b, writable: false)),
        .. parsed.GetValue(_bind)!.Select(b => Bind(b, writable: true)),
    ];

    /// <summary>The variables; of one that stands twice the last counts.</summary>
    /// <exception cref="UsageException">One is not NAME=VALUE.</exception>
    public ImmutableSortedDictionary<string, string> Environment(ParseResult parsed) => parsed.GetValue(_environment)!.Select(text => OptionParsers.Pair("--env", text)).Aggregate(
        ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal), (all, one) => all.SetItem(one.Name, one.Value));

    /// <summary>The jail that the command line asks for, for the engine in this process.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="profiles">The directory of profiles; null: the usual places.</param>
    /// <exception cref="UsageException">A value cannot be read.</exception>
    /// <exception cref="PolicyException">A value is refused.</exception>
    public JailRequest Request(ParseResult parsed, string? profiles) => Limits.Apply(
        new JailRequest
        {
            Profile = ProfileSource.Open(profiles).Load(Profile(parsed)),
            Binds = Binds(parsed),
            Environment = Environment(parsed),
            AllowDegraded = [.. AllowDegraded(parsed)],
            EndsWithMaker = true,
        },
        parsed);

    private static BindRequest Bind(string text, bool writable)
    {
        try
        {
            return BindRequest.Parse(text, writable);
        }
        catch (PolicyException malformed)
        {
            throw new UsageException(malformed.Message);
        }
    }
}
