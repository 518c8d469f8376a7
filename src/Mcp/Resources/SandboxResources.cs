using AgentSandbox.Mcp.Answers;
using AgentSandbox.Mcp.Files;
using AgentSandbox.Mcp.Session;
using AgentSandbox.V1;
using Google.Protobuf;
using Grpc.Core;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentSandbox.Mcp.Resources;

/// <summary>Files of workspaces, profiles and plans, to be read by address.</summary>
/// <param name="session">Whose.</param>
internal sealed class SandboxResources(SandboxSession session)
{
    private static readonly JsonFormatter s_pages = new(JsonFormatter.Settings.Default.WithIndentation());

    /// <summary>The addresses with something to fill in.</summary>
    public static ListResourceTemplatesResult Templates() => new()
    {
        ResourceTemplates =
        [
            new ResourceTemplate { UriTemplate = "sandbox:///files/{jail}/{+path}", Name = "file", Title = "A file of a workspace", Description = "jail: its id, or 'default'. Up to 16 MiB." },
            new ResourceTemplate
            {
                UriTemplate = "sandbox:///archive/{jail}/{+path}", Name = "archive", Title = "A directory of a workspace as a tar file", MimeType = "application/x-tar",
                Description = "jail: its id, or 'default'; without a path the whole workspace. Up to 16 MiB.",
            },
            new ResourceTemplate { UriTemplate = "sandbox:///profiles/{profile}", Name = "profile", Title = "A profile with its limits", MimeType = "application/json" },
            new ResourceTemplate { UriTemplate = "sandbox:///plan/{profile}", Name = "plan", Title = "The system calls by which a jail is made", MimeType = "text/plain" },
        ],
        TimeToLive = TimeSpan.FromHours(1),
        CacheScope = CacheScope.Private,
    };

    /// <summary>The addresses that there are: profiles and plans. Files are found with list_files.</summary>
    public async ValueTask<ListResourcesResult> ListAsync(CancellationToken cancellationToken)
    {
        List<Resource> all = [new Resource { Uri = $"{SandboxUri.Scheme}profiles", Name = "profiles", Title = "All profiles", MimeType = "application/json" }];
        foreach (Profile profile in (await ProfilesAsync(cancellationToken).ConfigureAwait(false)).Where(profile => profile.Allowed))
        {
            all.Add(new Resource
            {
                Uri = $"{SandboxUri.Scheme}profiles/{profile.Name}", Name = $"profile {profile.Name}", Title = $"Profile {profile.Name}", Description = profile.Summary, MimeType = "application/json",
            });
            all.Add(new Resource
            {
                Uri = $"{SandboxUri.Scheme}plan/{profile.Name}", Name = $"plan {profile.Name}", Title = $"Plan of profile {profile.Name}", Description = "The system calls by which a jail of it is made, each with its reason.", MimeType = "text/plain",
            });
        }

        return new ListResourcesResult { Resources = all, TimeToLive = TimeSpan.FromMinutes(1), CacheScope = CacheScope.Private };
    }

    /// <summary>Reads one.</summary>
    /// <exception cref="McpProtocolException">There is none, or it may not be read.</exception>
    public async ValueTask<ReadResourceResult> ReadAsync(string uri, CancellationToken cancellationToken)
    {
        SandboxUri address = SandboxUri.Parse(uri) ?? throw Refused(uri, $"there is no resource {uri}");
        try
        {
            ResourceContents contents = address.Kind switch
            {
                "profiles" => Text(uri, "application/json", await ProfileAsync(address.Subject, cancellationToken).ConfigureAwait(false)),
                "plan" => Text(uri, "text/plain", await PlanAsync(address.Subject, cancellationToken).ConfigureAwait(false)),
                "files" => await FileAsync(uri, address, cancellationToken).ConfigureAwait(false),
                _ => await ArchiveAsync(uri, address, cancellationToken).ConfigureAwait(false),
            };
            return new ReadResourceResult { Contents = [contents], TimeToLive = TimeSpan.Zero, CacheScope = CacheScope.Private };
        }
        catch (ToolException refused)
        {
            throw Refused(uri, refused.Message);
        }
        catch (RpcException refused) when (!cancellationToken.IsCancellationRequested)
        {
            throw Refused(uri, Refusals.Of(refused).Text);
        }
    }

    private static McpProtocolException Refused(string uri, string why) => new(why, McpErrorCode.InvalidParams) { Data = { ["uri"] = uri } };

    private static TextResourceContents Text(string uri, string type, string text) => new() { Uri = uri, MimeType = type, Text = text };

    private async Task<IReadOnlyList<Profile>> ProfilesAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await session.Host.ListProfilesAsync(new ListProfilesRequest(), cancellationToken: cancellationToken).ConfigureAwait(false)).Profiles;
        }
        catch (RpcException refused) when (refused.StatusCode is StatusCode.PermissionDenied or StatusCode.Unavailable or StatusCode.Unauthenticated)
        {
            return []; // who may not see them has none
        }
    }

    private async Task<string> ProfileAsync(string name, CancellationToken cancellationToken)
    {
        ListProfilesResponse all = await session.Host.ListProfilesAsync(new ListProfilesRequest(), cancellationToken: cancellationToken).ConfigureAwait(false);
        return name.Length == 0 ? s_pages.Format(all)
            : s_pages.Format(all.Profiles.FirstOrDefault(profile => profile.Name == name) ?? throw new McpProtocolException($"there is no profile '{name}'", McpErrorCode.InvalidParams));
    }

    private async Task<string> PlanAsync(string profile, CancellationToken cancellationToken)
    {
        JailConfig config = session.Template.Clone();
        config.Profile = profile;
        ExplainJailResponse plan = await session.Jails.ExplainJailAsync(new ExplainJailRequest { Config = config, Argv = { "true" } }, cancellationToken: cancellationToken).ConfigureAwait(false);
        return plan.Text;
    }

    private Task<string> JailAsync(SandboxUri address, CancellationToken cancellationToken) =>
        address.Subject == SandboxUri.DefaultJail ? session.Defaults.GetAsync(session.Template.Profile, cancellationToken) : Task.FromResult(address.Subject);

    private async Task<ResourceContents> FileAsync(string uri, SandboxUri address, CancellationToken cancellationToken)
    {
        string jail = await JailAsync(address, cancellationToken).ConfigureAwait(false);
        byte[] bytes = await new WorkspaceFiles(session, jail, cancellationToken).ReadWholeAsync(WorkspacePath.Of(address.Path)).ConfigureAwait(false);
        return FileText.Of(bytes) is string text ? Text(uri, "text/plain", text) : BlobResourceContents.FromBytes(bytes, uri, FileText.ImageType(bytes) ?? "application/octet-stream");
    }

    private async Task<ResourceContents> ArchiveAsync(string uri, SandboxUri address, CancellationToken cancellationToken)
    {
        string jail = await JailAsync(address, cancellationToken).ConfigureAwait(false);
        using TarBytes bytes = new WorkspaceFiles(session, jail, cancellationToken).Download(WorkspacePath.Of(address.Path));
        using MemoryStream all = new();
        byte[] buffer = new byte[64 * 1024];
        for (int count; (count = await bytes.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            all.Write(buffer, 0, count);
            if (all.Length > WorkspaceFiles.MaxWhole)
            {
                throw new ToolException(new Refusal("the archive is too large", $"it has more than {WorkspaceFiles.MaxWhole} bytes", "read a directory below, or single files") { Code = "FILE_TOO_LARGE" });
            }
        }

        return BlobResourceContents.FromBytes(all.ToArray(), uri, "application/x-tar");
    }
}
