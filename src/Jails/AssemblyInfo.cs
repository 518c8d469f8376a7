using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("AgentSandbox.Tests.Unit")]
[assembly: InternalsVisibleTo("AgentSandbox.Tests.Kernel")]
