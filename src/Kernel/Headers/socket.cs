namespace AgentSandbox.Kernel;

// sys/socket.h, asm-generic/socket.h
public static partial class Libc
{
    public const int AF_UNIX = 1;
    public const int SOL_SOCKET = 1;
    public const int SO_PEERPIDFD = 77;
}
