using System.Globalization;

namespace AgentSandbox.Kernel;

/// <summary>Reads the small files of /proc and /sys, where a file that is absent or closed to us is an answer and no error.</summary>
internal static class HostFile
{
    /// <summary>The text, or null if the file cannot be read.</summary>
    public static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The lines, or none if the file cannot be read.</summary>
    public static string[] ReadLines(string path) => ReadText(path)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The words, or null if the file cannot be read.</summary>
    public static string[]? ReadWords(string path) => ReadText(path)?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The decimal number that is all of the file, or null.</summary>
    public static long? ReadNumber(string path) =>
        long.TryParse(ReadText(path), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number) ? number : null;
}
