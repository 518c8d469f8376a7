using AgentSandbox.Jails.Policy;
using AgentSandbox.Kernel;
using AgentSandbox.V1;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Ctl.Client;

/// <summary>The terminal that we have ourselves, if we have one.</summary>
internal static class OurTerminal
{
    private const ushort UsualRows = 24;
    private const ushort UsualColumns = 80;

    /// <summary>Its size; the usual one if it does not know.</summary>
    public static WindowSize Size
    {
        get
        {
            using SafeFileHandle ours = new(0, ownsHandle: false);
            (ushort rows, ushort columns) = Terminal.GetSize(ours);
            return rows == 0 || columns == 0 ? new WindowSize { Rows = UsualRows, Columns = UsualColumns } : new WindowSize { Rows = rows, Columns = columns };
        }
    }

    /// <summary>The terminal that a command gets; null: pipes.</summary>
    /// <param name="wish">True: a terminal; false: pipes; null: a terminal if our stdin and stdout are one.</param>
    /// <exception cref="PolicyException">A terminal is wanted, and stdin is none.</exception>
    public static WindowSize? For(bool? wish) => wish switch
    {
        false => null,
        true when !Text.Style.IsOurs(0) => throw new PolicyException("--tty", "stdin is not a terminal"),
        null when !Text.Style.IsOurs(0) || !Text.Style.IsTerminal => null,
        true => Size,
        null => new WindowSize(Size) { IfPossible = true },
    };
}
