using AgentSandbox.Access;

namespace AgentSandbox.Daemon.Registry;

/// <summary>Something that happened to a jail.</summary>
/// <param name="Time">When.</param>
/// <param name="Kind">What.</param>
/// <param name="Owner">To whom the jail belongs.</param>
/// <param name="Jail">The jail's id.</param>
/// <param name="Command">The command's id; empty: it is about the jail.</param>
/// <param name="Text">In words.</param>
internal sealed record JailEvent(DateTimeOffset Time, JailEventKind Kind, OwnerId Owner, string Jail, string Command, string Text);
