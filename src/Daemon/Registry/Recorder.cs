using AgentSandbox.Daemon.Commands;
using AgentSandbox.Jails.Supervise;

namespace AgentSandbox.Daemon.Registry;

/// <summary>Learns of all that happens to jails, and tells it to those who watch.</summary>
/// <param name="hub">Those who watch.</param>
internal sealed class Recorder(EventHub hub)
{
    public void JailCreated(JailEntry entry) => Publish(entry, JailEventKind.JailCreated, "", $"made from profile {entry.Jail.Spec.Profile}");

    public void JailEnded(JailEntry entry, string why) => Publish(entry, JailEventKind.JailEnded, "", why);

    public void JailPaused(JailEntry entry) => Publish(entry, JailEventKind.JailPaused, "", "all in it stands still");

    public void JailResumed(JailEntry entry) => Publish(entry, JailEventKind.JailResumed, "", "all in it goes on");

    public void JailUpdated(JailEntry entry) => Publish(entry, JailEventKind.JailUpdated, "", "it has other limits");

    public void CommandStarted(JailEntry entry, ManagedCommand command) => Publish(entry, JailEventKind.CommandStarted, command.Id, string.Join(' ', command.Argv));

    public void CommandEnded(JailEntry entry, ManagedCommand command, CommandResult result) => Publish(entry, JailEventKind.CommandEnded, command.Id, result.End.ToString());

    private void Publish(JailEntry entry, JailEventKind kind, string command, string text) =>
        hub.Publish(new JailEvent(DateTimeOffset.UtcNow, kind, entry.Record.Owner, entry.Id, command, text));
}
