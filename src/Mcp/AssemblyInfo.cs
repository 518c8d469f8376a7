using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AgentSandbox.Tests.Daemon")]
