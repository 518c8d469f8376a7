using AgentSandbox.Jails.Workspaces.Review;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Workspaces.Store;

/// <summary>Goes through several trees at once, however deep they are.</summary>
internal static class LayerWalk
{
    /// <summary>How many directories may be open of each tree.</summary>
    internal const int MaxOpen = 32;

    /// <summary>The directory where a cursor stands, of a tree that has each one that is visited. The caller disposes it.</summary>
    /// <exception cref="IOException">It is gone.</exception>
    internal static SafeFileHandle Here(TreeCursor cursor) => cursor.OpenHere() ?? throw new IOException("a layer was changed while it was read");

    /// <summary>Goes down to each directory that <paramref name="visit"/> names of those where the cursors stand.</summary>
    /// <param name="cursors">At the root.</param>
    /// <param name="visit">Called at each place, before those beneath; null: that is enough.</param>
    /// <param name="leave">Called at each place, after those beneath.</param>
    /// <returns>False: it was enough.</returns>
    internal static bool Go(TreeCursor[] cursors, Func<Queue<byte[]>?> visit, Action leave)
    {
        Stack<Queue<byte[]>> above = new();
        Queue<byte[]>? left = visit();
        while (left is not null)
        {
            if (left.TryDequeue(out byte[]? name))
            {
                above.Push(left);
                Array.ForEach(cursors, cursor => cursor.Descend(name));
                left = visit();
                continue;
            }

            leave();
            if (!above.TryPop(out left))
            {
                return true;
            }

            Array.ForEach(cursors, cursor => cursor.Ascend());
        }

        return false;
    }
}
