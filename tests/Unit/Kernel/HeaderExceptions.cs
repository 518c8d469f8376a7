namespace AgentSandbox.Tests.Unit.Kernel;

/// <summary>What the comparison with the headers must be told, by name. A name that is gone from the code fails the test.</summary>
internal static class HeaderExceptions
{
    /// <summary>Declarations that no header has, with the reason. Names as in <see cref="HeaderAssertion.Name"/>.</summary>
    public static IReadOnlyDictionary<string, string> Unchecked { get; } = new Dictionary<string, string>
    {
        ["PIDFD_GET_INFO"] = "the header's number carries the size of its own pidfd_info, ours that of the first published one, which every kernel takes",
    };

    /// <summary>Structures that a newer kernel may lengthen, because the caller passes the size: ours may be the shorter one.</summary>
    public static IReadOnlySet<string> Extensible { get; } = new HashSet<string>
    {
        "clone_args",
        "landlock_ruleset_attr",
        "mount_attr",
        "open_how",
        "pidfd_info",
    };

    /// <summary>Fields whose name in C is a path: parts of arrays, and of unions that C# flattens. Keys are <c>structure.field</c>.</summary>
    public static IReadOnlyDictionary<string, string> FieldPaths { get; } = new Dictionary<string, string>
    {
        ["dirent64.d_name0"] = "d_name[0]",
        ["seccomp_data.args0"] = "args[0]",
        ["seccomp_data.args1"] = "args[1]",
        ["seccomp_data.args2"] = "args[2]",
        ["seccomp_data.args3"] = "args[3]",
        ["seccomp_data.args4"] = "args[4]",
        ["seccomp_data.args5"] = "args[5]",
    };

    /// <summary>The C type: a typedef if the name says so, else a structure.</summary>
    public static string CName(Type type) => type.Name.EndsWith("_t", StringComparison.Ordinal) ? type.Name : $"struct {type.Name}";

    /// <summary>The C designator of a field.</summary>
    public static string CField(Type type, string field) => FieldPaths.GetValueOrDefault($"{type.Name}.{field}", field);
}
