using System.CommandLine;
using System.Globalization;
using AgentSandbox.Ctl.Client;
using AgentSandbox.Ctl.Text;
using Command = System.CommandLine.Command;

namespace AgentSandbox.Ctl.Commands;

/// <summary><c>sandboxctl key</c>: API keys.</summary>
internal static class KeyCommand
{
    public static Command Create(DaemonOptions daemon) => new("key", "Makes, lists and revokes API keys.") { Make(daemon), List(daemon), Revoke(daemon) };

    private static Command Make(DaemonOptions daemon)
    {
        Argument<string> name = new("NAME") { Description = "What the key is for." };
        Option<string[]> roles = OptionParsers.Repeated("--role", "ROLE", "A role that the key has; several are possible.", "-r");
        roles.Arity = ArgumentArity.OneOrMore;
        Option<uint?> uid = OptionParsers.Parsed<uint?>("--uid", "UID", "Only this user may use it.", t => uint.Parse(t, NumberStyles.None, CultureInfo.InvariantCulture));
        Option<TimeSpan?> expires = OptionParsers.Span("--expires", "It holds for so long: 12h, 30d. Without this it does not expire.");
        Option<bool> json = CommonOptions.Json();
        Command create = new("create", "Makes a key and prints it. It is shown now and never again: keep it in a file that only its user can read (--key-file).") { name, roles, uid, expires, json };
        create.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            V1.CreateKeyRequest request = new() { Name = parsed.GetValue(name)!, Roles = { parsed.GetValue(roles)! }, ExpiresIn = JailMessages.Span(parsed.GetValue(expires)) };
            if (parsed.GetValue(uid) is uint bound)
            {
                request.Uid = bound;
            }

            V1.CreateKeyResponse made = await connection.Host.CreateKeyAsync(request);
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(made);
            }
            else
            {
                Console.Out.WriteLine(made.Secret);
            }

            return 0;
        }));
        return create;
    }

    private static Command List(DaemonOptions daemon)
    {
        Option<bool> json = CommonOptions.Json();
        Command list = new("list", "Lists the keys, without their secrets.") { json };
        list.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            V1.ListKeysResponse keys = await connection.Host.ListKeysAsync(new V1.ListKeysRequest());
            if (parsed.GetValue(json))
            {
                JsonOutput.Print(keys);
            }
            else
            {
                Print(keys);
            }

            return 0;
        }));
        return list;
    }

    private static void Print(V1.ListKeysResponse keys)
    {
        Table table = new("KEY", "NAME", "ROLES", "UID", "CREATED", "EXPIRES", "LAST USED", "STATE");
        foreach (V1.Key key in keys.Keys)
        {
            table.Add(
                key.Id,
                key.Name,
                string.Join(',', key.Roles),
                key.HasUid ? Figures.Number(key.Uid) : "any",
                Names.Of(key.CreatedAt),
                key.ExpiresAt is null ? "never" : Names.Of(key.ExpiresAt),
                key.LastUsedAt is null ? "never" : Names.Of(key.LastUsedAt),
                key.RevokedAt is not null ? "revoked" : key.ExpiresAt?.ToDateTimeOffset() <= TimeProvider.System.GetUtcNow() ? "expired" : "good");
        }

        table.Print();
    }

    private static Command Revoke(DaemonOptions daemon)
    {
        Argument<string> id = new("KEY") { Description = "The key's id: see 'sandboxctl key list'." };
        Command revoke = new("revoke", "Takes all from a key, for ever and at once.") { id };
        revoke.SetAction(parsed => daemon.Ask(parsed, async connection =>
        {
            await connection.Host.RevokeKeyAsync(new V1.RevokeKeyRequest { Id = parsed.GetValue(id)! });
            return 0;
        }));
        return revoke;
    }
}
