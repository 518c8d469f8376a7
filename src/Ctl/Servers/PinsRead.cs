using System.Collections.Immutable;

namespace AgentSandbox.Ctl.Servers;

/// <summary>A file of pins, as it was read.</summary>
/// <param name="Changed">When it was written.</param>
/// <param name="Length">Its size, in bytes.</param>
/// <param name="Pins">What it has; null: it was gone.</param>
internal sealed record PinsRead(DateTime Changed, long Length, ImmutableSortedDictionary<string, string>? Pins);
