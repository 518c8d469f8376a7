using System.Text;

namespace AgentSandbox.Kernel;

/// <summary>The text of mountinfo.</summary>
/// <remarks>Source: proc_pid_mountinfo(5).</remarks>
public static class MountInfo
{
    /// <summary>A field as it was before blanks and backslashes were written as \040, \011, \012, \134.</summary>
    public static string Unescape(string field) => field.Contains('\\', StringComparison.Ordinal)
        ? new StringBuilder(field).Replace("\\040", " ").Replace("\\011", "\t").Replace("\\012", "\n").Replace("\\134", "\\").ToString()
        : field;
}
