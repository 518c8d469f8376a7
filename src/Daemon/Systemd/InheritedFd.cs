using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Daemon.Systemd;

/// <summary>An fd that systemd gave us.</summary>
/// <param name="Name">As <c>FileDescriptorName=</c> of a socket unit or FDNAME of the store has it.</param>
/// <param name="File">The fd, close-on-exec.</param>
public sealed record InheritedFd(string Name, SafeFileHandle File);
