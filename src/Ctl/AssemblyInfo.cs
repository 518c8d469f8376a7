using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AgentSandbox.Tests.Daemon")]
[assembly: InternalsVisibleTo("AgentSandbox.Tests.Kernel")]
