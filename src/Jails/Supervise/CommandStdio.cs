using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Jails.Supervise;

/// <summary>The three fds of a command. It owns none of them: the caller disposes them after the start.</summary>
/// <param name="Stdin">Standard input; never a terminal of the caller's.</param>
/// <param name="Stdout">Standard output.</param>
/// <param name="Stderr">Standard error.</param>
public sealed record CommandStdio(SafeFileHandle Stdin, SafeFileHandle Stdout, SafeFileHandle Stderr);
