using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AgentSandbox.Jails.Workspaces.Store;
using AgentSandbox.Kernel;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Tests.Kernel.Workspaces;

/// <summary>All that can be seen of a tree, as text: a line for each file.</summary>
internal static class SeenTree
{
    /// <summary>Each snapshot of a workspace, by its id, and what it holds now.</summary>
    public static ImmutableSortedDictionary<string, string> All(WorkspaceStore store, string workspace)
    {
        WorkspaceState state = store.Find(workspace)!;
        return state.Snapshots.Select(snapshot => (snapshot.Id, snapshot.Layers)).Append(("now", state.Base.Add(state.Top))).ToImmutableSortedDictionary(
            one => one.Item1,
            one =>
            {
                using WorkspaceView view = WorkspaceView.Open(store, state, one.Item2);
                using SafeFileHandle root = Files.OpenBeneath(view.Root, "."u8, Libc.O_RDONLY | Libc.O_DIRECTORY);
                StringBuilder text = new();
                Write(root, "", text);
                return text.ToString();
            },
            StringComparer.Ordinal);
    }

    private static void Write(SafeFileHandle directory, string path, StringBuilder text)
    {
        List<DirectoryEntry> entries = [];
        while (Files.ReadEntries(directory, new byte[4096], entries))
        {
        }

        Write(text, path, Files.Stat(directory), AttributesOf(directory));
        foreach (DirectoryEntry entry in entries.OrderBy(entry => Convert.ToHexString(entry.Name), StringComparer.Ordinal))
        {
            string inner = $"{path}/{Encoding.UTF8.GetString(entry.Name)}";
            statx stat = Files.Stat(directory, entry.Name);
            using SafeFileHandle seen = Files.OpenBeneath(directory, entry.Name, Libc.O_PATH);
            switch (stat.stx_mode & Libc.S_IFMT)
            {
                case Libc.S_IFDIR:
                    using (SafeFileHandle below = Files.OpenBeneath(directory, entry.Name, Libc.O_RDONLY | Libc.O_DIRECTORY))
                    {
                        Write(below, inner, text);
                    }

                    break;
                case Libc.S_IFREG:
                    using (SafeFileHandle file = Files.OpenBeneath(directory, entry.Name, Libc.O_RDONLY))
                    {
                        Write(text, inner, stat, $"{stat.stx_size} {Convert.ToHexString(SHA256.HashData(Files.ReadAll(file)))} {AttributesOf(seen)}");
                    }

                    break;
                case Libc.S_IFLNK:
                    Write(text, inner, stat, Encoding.UTF8.GetString(Files.ReadLinkBytes(seen)));
                    break;
                default:
                    Write(text, inner, stat, $"{stat.stx_rdev_major}:{stat.stx_rdev_minor}");
                    break;
            }
        }
    }

    private static string AttributesOf(SafeFileHandle file) =>
        string.Join(' ', Files.ReadAttributes(file).OrderBy(one => one.Name, StringComparer.Ordinal).Select(one => $"{one.Name}={Convert.ToHexString(one.Value)}"));

    private static void Write(StringBuilder text, string path, statx stat, string rest) => text.Append(
        CultureInfo.InvariantCulture, $"{path} {stat.stx_mode:x} {stat.stx_uid} {stat.stx_gid} {stat.stx_mtime.tv_sec}.{stat.stx_mtime.tv_nsec} {rest}\n");
}
