using AgentSandbox.V1;

namespace AgentSandbox.Ctl.Top;

/// <summary>One jail in the table.</summary>
/// <param name="Jail">The jail.</param>
/// <param name="Usage">What it uses; empty: not known yet.</param>
/// <param name="CpuPercent">CPU time per time since the measurement before, in percent of one core; null: not known.</param>
/// <param name="IoBytesPerSecond">Bytes read and written per second; null: not known.</param>
/// <param name="Command">The newest command that runs in it.</param>
internal sealed record TopRow(Jail Jail, Usage Usage, double? CpuPercent, double? IoBytesPerSecond, string Command);
