using AgentSandbox.Access;
using AgentSandbox.Jails.Policy;
using AgentSandbox.Jails.Workspaces.Store;
using Google.Protobuf.Collections;

namespace AgentSandbox.Daemon.Api;

/// <summary>What callers ask of workspaces, in the engine's terms.</summary>
internal static class WorkspaceRequests
{
    private const long UsualSize = 1L << 30;
    private const long SmallestSize = 16L << 20;
    private const long LargestSize = 16L << 40;
    private const long BytesPerFile = 8 << 10;
    private const long FewestFiles = 16;
    private const long LeastBytesPerFile = 1 << 10;
    private const long MostFiles = 1L << 31;
    private const int LongestDescription = 256;

    /// <summary>A new workspace of the caller's.</summary>
    /// <param name="caller">To whom it will belong.</param>
    /// <param name="sizeBytes">0: the usual size, or <paramref name="like"/>'s.</param>
    /// <param name="maxFiles">0: what fits the size, or <paramref name="like"/>'s.</param>
    /// <param name="labels">The owner's marks.</param>
    /// <param name="like">What it is a fork of.</param>
    /// <exception cref="PolicyException">A value cannot be what it stands for.</exception>
    public static WorkspaceDraft Draft(Caller caller, long sizeBytes, long maxFiles, MapField<string, string> labels, WorkspaceState? like = null)
    {
        (long size, long files) = Sizes(
            sizeBytes == 0 ? like?.SizeBytes ?? UsualSize : sizeBytes,
            maxFiles == 0 ? sizeBytes == 0 ? like?.MaxFiles ?? 0 : 0 : maxFiles);
        return new WorkspaceDraft(caller.Owner.Uid, caller.Identity.Gid, caller.Owner.Key, size, files, LabelRules.Check("labels", labels));
    }

    /// <summary>A size, checked; no number of files is the usual one.</summary>
    /// <exception cref="PolicyException">It is none.</exception>
    public static (long SizeBytes, long MaxFiles) Sizes(long sizeBytes, long maxFiles)
    {
        if (sizeBytes is < SmallestSize or > LargestSize)
        {
            throw new PolicyException("size_bytes", "is 16 MiB to 16 TiB, or 0 for the usual size");
        }

        long files = maxFiles == 0 ? Math.Min(sizeBytes / BytesPerFile, MostFiles) : maxFiles;
        return files < FewestFiles || files > Math.Min(sizeBytes / LeastBytesPerFile, MostFiles)
            ? throw new PolicyException("max_files", $"is {FewestFiles} to one for each KiB of the size, or 0 for one for each 8 KiB")
            : (sizeBytes, files);
    }

    /// <summary>The caller's own words.</summary>
    /// <exception cref="PolicyException">They are too many, or not to be shown.</exception>
    public static string Description(string text) =>
        text.Length > LongestDescription || text.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format)
            ? throw new PolicyException("description", $"has at most {LongestDescription} characters, and no control characters")
            : text;
}
