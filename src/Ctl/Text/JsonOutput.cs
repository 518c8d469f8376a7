using Google.Protobuf;

namespace AgentSandbox.Ctl.Text;

/// <summary>The daemon's answers for programs: the JSON form of the API's own messages, whole (what is zero or empty is there too).</summary>
/// <remarks>Source: proto3, "JSON Mapping": names in camelCase, 64-bit numbers as strings, spans of time as "1.5s".</remarks>
internal static class JsonOutput
{
    private static readonly JsonFormatter.Settings s_settings = JsonFormatter.Settings.Default.WithFormatDefaultValues(true);
    private static readonly JsonFormatter s_lines = new(s_settings);
    private static readonly JsonFormatter s_pages = new(s_settings.WithIndentation());

    /// <summary>Prints one object.</summary>
    public static void Print(IMessage message) => Console.Out.WriteLine(s_pages.Format(message));

    /// <summary>Prints one object of a series, on a line of its own.</summary>
    public static void PrintLine(IMessage message) => Console.Out.WriteLine(s_lines.Format(message));

    /// <summary>Prints an object of several; what is null is left out.</summary>
    public static void Print(params (string Name, IMessage? Message)[] members) => Console.Out.WriteLine(
        $"{{\n{string.Join(",\n", members.Where(m => m.Message is not null).Select(m => $"  \"{m.Name}\": {s_pages.Format(m.Message!, 1).TrimStart()}"))}\n}}");
}
