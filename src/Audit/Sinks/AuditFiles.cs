using System.Globalization;
using System.Runtime.InteropServices;
using AgentSandbox.Kernel;

namespace AgentSandbox.Audit;

/// <summary>Which files a <see cref="JsonLinesSink"/> leaves.</summary>
public static class AuditFiles
{
    /// <summary>The files of <paramref name="path"/> that are there, oldest first.</summary>
    public static IReadOnlyList<string> Find(string path)
    {
        List<string> files = [];
        for (int age = 1; File.Exists(Older(path, age)); age++)
        {
            files.Insert(0, Older(path, age));
        }

        if (File.Exists(path))
        {
            files.Add(path);
        }

        return files;
    }

    /// <summary>The files of <paramref name="path"/>, open for reading, newest first; the caller disposes them. A rotation meanwhile hides none of them.</summary>
    /// <param name="path">The youngest.</param>
    /// <param name="isEnough">Told each file when it is open; true: those that are older are not needed.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    internal static List<FileStream> Open(string path, Predicate<FileStream>? isEnough = null)
    {
        List<FileStream> files = [];
        HashSet<(uint Major, uint Minor, ulong Inode)> identities = [];
        for (int age = 0; ; age++)
        {
            FileStream? file = TryOpen(age == 0 ? path : Older(path, age));
            if (file is null && age == 0)
            {
                continue; // just rotated: the new one is not there yet
            }

            if (file is null)
            {
                break;
            }

            // Newest first: one that is rotated meanwhile is met twice, and never passed over.
            if (!identities.Add(Identity(file.SafeFileHandle)))
            {
                file.Dispose();
                continue;
            }

            files.Add(file);
            if (isEnough?.Invoke(file) ?? false)
            {
                break;
            }
        }

        return files;
    }

    /// <summary>What a file is, whatever it is called.</summary>
    internal static (uint Major, uint Minor, ulong Inode) Identity(SafeHandle file)
    {
        statx status = Files.Stat(file);
        return (status.stx_dev_major, status.stx_dev_minor, status.stx_ino);
    }

    /// <summary>The file that was rotated <paramref name="age"/> times: 1 or more.</summary>
    internal static string Older(string path, int age) => string.Create(CultureInfo.InvariantCulture, $"{path}.{age}");

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
