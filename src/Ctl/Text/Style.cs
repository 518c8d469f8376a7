using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Text;

/// <summary>Bold and colour, where stdout is a terminal and nobody said <c>NO_COLOR</c>.</summary>
internal static class Style
{
    /// <summary>True if stdout is a terminal.</summary>
    public static bool IsTerminal { get; } = IsOurs(1);

    private static bool HasColour { get; } = IsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <summary>True if our fd <paramref name="number"/> is a terminal.</summary>
    public static bool IsOurs(int number)
    {
        using SafeFileHandle file = new(number, ownsHandle: false);
        return Terminal.IsTerminal(file);
    }

    /// <summary>Stands out.</summary>
    public static string Bold(string text) => HasColour ? Wrap("1", text) : text;

    /// <summary>Background and foreground changed over: what is selected, also where nobody wants colour.</summary>
    public static string Reverse(string text) => IsTerminal ? Wrap("7", text) : text;

    private static string Wrap(string code, string text) => $"\e[{code}m{text}\e[0m";
}
