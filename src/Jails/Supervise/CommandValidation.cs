using System.Text;
using AgentSandbox.Jails.Plan;
using AgentSandbox.Jails.Policy;

namespace AgentSandbox.Jails.Supervise;

/// <summary>Refuses commands that cannot mean what they say.</summary>
public static class CommandValidation
{
    private const int MaxArgumentBytes = 128 * 1024 - 1; // MAX_ARG_STRLEN, execve(2)

    /// <summary>Checks <paramref name="command"/>.</summary>
    /// <param name="command">The command.</param>
    /// <param name="workspace">Where it starts if it does not say, as far as that is known.</param>
    /// <exception cref="PolicyException">No program; a NUL or half a character in an argument; an argument of 128 KiB or more; a path in /proc.</exception>
    public static void Check(CommandSpec command, string workspace = "/")
    {
        if (command.Argv.IsDefaultOrEmpty || command.Argv[0].Length == 0)
        {
            throw new PolicyException("command", "no program is named");
        }

        for (int i = 0; i < command.Argv.Length; i++)
        {
            CheckText($"argument {i}", command.Argv[i]);
        }

        foreach ((string name, string value) in command.Environment)
        {
            CheckText($"variable {name}", $"{name}={value}");
        }

        // Path.GetFullPath only counts parts. What is reached by a link is Landlock's to refuse.
        string program = command.Argv[0].Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(command.Argv[0], command.WorkingDirectory ?? workspace) : "";
        if (JailPath.IsWithin(program, "/proc"))
        {
            throw new PolicyException("command", $"{command.Argv[0]}: a program is not started through /proc");
        }

        if (command.WorkingDirectory is string directory)
        {
            string path = JailPath.Check("--workdir", directory);
            if (JailPath.IsWithin(path, "/proc"))
            {
                throw new PolicyException("--workdir", $"{directory}: a command does not start in /proc");
            }
        }
    }

    private static void CheckText(string what, string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new PolicyException("command", $"{what} has a NUL in it");
        }

        int bytes;
        try
        {
            bytes = new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            throw new PolicyException("command", $"{what} is not valid text: UTF-8 is expected");
        }

        if (bytes > MaxArgumentBytes)
        {
            throw new PolicyException("command", $"{what} has {bytes} bytes; the kernel takes {MaxArgumentBytes} in one argument (write it to a file or to stdin)");
        }
    }
}
