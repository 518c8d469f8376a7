namespace AgentSandbox.Kernel;

/// <summary>The kernel's calls, constants and structures under their own names, one file a header. Nothing here decides anything.</summary>
/// <remarks>Calls that can fail set the P/Invoke error; <see cref="SyscallException.Last"/> turns it into an exception.</remarks>
public static partial class Libc
{
}
