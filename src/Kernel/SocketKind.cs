namespace AgentSandbox.Kernel;

/// <summary>What a socket is.</summary>
/// <param name="Domain">AF_*.</param>
/// <param name="Type">SOCK_*.</param>
/// <param name="Listens">True: connections can be accepted from it.</param>
public readonly record struct SocketKind(int Domain, int Type, bool Listens);
