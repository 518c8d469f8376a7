using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using AgentSandbox.Mcp.Answers;
using AgentSandbox.V1;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentSandbox.Mcp.Http;

/// <summary>Answers one request over HTTP: one message, by a server of its own.</summary>
/// <param name="clients">The clients.</param>
/// <param name="log">Where troubles go.</param>
/// <param name="stopping">Signalled when the server ends.</param>
internal sealed class HttpEndpoint(HttpClients clients, ILoggerFactory log, CancellationToken stopping)
{
    private static readonly JsonTypeInfo<JsonRpcMessage> s_message = (JsonTypeInfo<JsonRpcMessage>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(JsonRpcMessage));

    /// <summary>Answers it.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (HttpGate.Check(context.Request) is HttpRefusal refused)
        {
            await RefuseAsync(context, refused, default).ConfigureAwait(false);
        }
        else if (HttpMethods.IsDelete(context.Request.Method))
        {
            await clients.CloseAsync(HttpGate.KeyOf(context.Request)!, context.Request.Headers[HttpGate.SessionHeader].ToString()).ConfigureAwait(false);
        }
        else if (await ReadAsync(context).ConfigureAwait(false) is JsonRpcMessage message)
        {
            RequestId id = message is JsonRpcRequest request ? request.Id : default;
            HttpRefusal? wrong = HttpRules.Check(context.Request, message) ?? await ServeAsync(context, message).ConfigureAwait(false);
            if (wrong is not null && !context.Response.HasStarted)
            {
                await RefuseAsync(context, wrong, id).ConfigureAwait(false);
            }
        }
    }

    private static async Task<JsonRpcMessage?> ReadAsync(HttpContext context)
    {
        try
        {
            if (await JsonSerializer.DeserializeAsync(context.Request.Body, s_message, context.RequestAborted).ConfigureAwait(false) is JsonRpcMessage message)
            {
                return message;
            }
        }
        catch (JsonException malformed)
        {
            await RefuseAsync(context, new(StatusCodes.Status400BadRequest, (int)McpErrorCode.ParseError, $"the body is no message of JSON-RPC: {malformed.Message}"), default).ConfigureAwait(false);
            return null;
        }

        await RefuseAsync(context, new(StatusCodes.Status400BadRequest, (int)McpErrorCode.InvalidRequest, "the body is no message of JSON-RPC"), default).ConfigureAwait(false);
        return null;
    }

    private async Task<HttpRefusal?> ServeAsync(HttpContext context, JsonRpcMessage message)
    {
        HttpClientState? client;
        WhoamiResponse caller;
        try
        {
            caller = await clients.IdentifyAsync(HttpGate.KeyOf(context.Request)!, context.RequestAborted).ConfigureAwait(false);
            client = ClientOf(context, message, caller);
        }
        catch (RpcException unknown) when (unknown.StatusCode == StatusCode.Unauthenticated)
        {
            return new(StatusCodes.Status401Unauthorized, (int)McpErrorCode.InvalidRequest, unknown.Status.Detail);
        }
        catch (Exception away) when (away is HttpLimitException or RpcException)
        {
            return new(StatusCodes.Status503ServiceUnavailable, (int)McpErrorCode.InternalError, away is RpcException failure ? Refusals.Of(failure).Text : away.Message);
        }

        if (client is null)
        {
            return new(StatusCodes.Status404NotFound, (int)McpErrorCode.InvalidRequest, "there is no such session: initialize another");
        }

        try
        {
            await AnswerAsync(context, message, client, caller).ConfigureAwait(false);
            return null;
        }
        finally
        {
            client.End();
        }
    }

    // A client of a revision with sessions gets one, so that it has jails of its own, can cancel a call by its id and can be asked.
    private HttpClientState? ClientOf(HttpContext context, JsonRpcMessage message, WhoamiResponse caller)
    {
        string key = HttpGate.KeyOf(context.Request)!;
        string session = context.Request.Headers[HttpGate.SessionHeader].ToString();
        if (message is JsonRpcRequest { Method: RequestMethods.Initialize })
        {
            (string id, HttpClientState opened) = clients.Open(key);
            opened.Serve(id, opened.Session.Describe(caller), log);
            context.Response.Headers[HttpGate.SessionHeader] = id;
            return opened;
        }

        return HttpRules.IsModern(context.Request) || session.Length == 0 ? clients.Get(key) : clients.Find(key, session);
    }

    private async Task AnswerAsync(HttpContext context, JsonRpcMessage message, HttpClientState client, WhoamiResponse caller)
    {
        if (message is JsonRpcNotification { Method: NotificationMethods.CancelledNotification, Params: JsonObject cancelled } && !HttpRules.IsModern(context.Request))
        {
            if (client.Served is not null)
            {
                await client.Served.Transport.HandlePostRequestAsync(message, Stream.Null, context.RequestAborted).ConfigureAwait(false); // before its answer is given up
            }

            client.Cancel(IdOf(cancelled["requestId"]));
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            return;
        }

        string version = context.Request.Headers[HttpRules.Version].ToString();
        message.Context = version.Length > 0 ? new JsonRpcMessageContext { ProtocolVersion = version } : message.Context;
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        RequestId? id = message is JsonRpcRequest request && !HttpRules.IsModern(context.Request) ? request.Id : null;
        if (id is RequestId tracked)
        {
            client.Track(tracked, ended);
        }

        try
        {
            await (client.Served is HttpSession served
                ? PostAsync(context, message, served.Transport, ended.Token)
                : RunAsync(context, message, client.Session.Describe(caller), ended.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return; // who cancelled it waits for no answer
        }
        finally
        {
            if (id is RequestId done)
            {
                client.Untrack(done);
            }
        }
    }

    private async Task RunAsync(HttpContext context, JsonRpcMessage message, McpServerOptions options, CancellationToken ended)
    {
        StreamableHttpServerTransport transport = new(log) { Stateless = true };
        McpServer server = McpServer.Create(transport, options, log);
        await using (server.ConfigureAwait(false))
        {
            await using (transport.ConfigureAwait(false))
            {
                Task run = server.RunAsync(ended);
                await PostAsync(context, message, transport, ended).ConfigureAwait(false);
                await transport.DisposeAsync().ConfigureAwait(false);
                await run.ConfigureAwait(false);
            }
        }
    }

    private static async Task PostAsync(HttpContext context, JsonRpcMessage message, StreamableHttpServerTransport transport, CancellationToken ended)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        Func<JsonRpcMessage?, ValueTask>? starting = HttpRules.IsModern(context.Request) ? first => SetStatus(context, first) : null;
        if (!await transport.HandlePostRequestAsync(message, context.Response.Body, starting, ended).ConfigureAwait(false))
        {
            context.Response.ContentType = null;
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
    }

    private static ValueTask SetStatus(HttpContext context, JsonRpcMessage? first)
    {
        if (first is JsonRpcError { Error: JsonRpcErrorDetail error } && !context.Response.HasStarted)
        {
            context.Response.StatusCode = (McpErrorCode)error.Code switch
            {
                McpErrorCode.MethodNotFound => StatusCodes.Status404NotFound,
                McpErrorCode.MissingRequiredClientCapability or McpErrorCode.UnsupportedProtocolVersion or McpErrorCode.HeaderMismatch => StatusCodes.Status400BadRequest,
                _ => context.Response.StatusCode,
            };
        }

        return default;
    }

    private static RequestId IdOf(JsonNode? id) => id is not JsonValue value ? default : value.TryGetValue(out long number) ? new RequestId(number) : value.TryGetValue(out string? text) ? new RequestId(text) : default;

    private static async Task RefuseAsync(HttpContext context, HttpRefusal refused, RequestId id)
    {
        context.Response.StatusCode = refused.Status;
        context.Response.ContentType = "application/json";
        if (refused.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        if (refused.Status == StatusCodes.Status405MethodNotAllowed)
        {
            context.Response.Headers.Allow = "POST, DELETE";
        }

        JsonRpcError error = new() { Id = id, Error = new JsonRpcErrorDetail { Code = refused.Code, Message = refused.Message, Data = refused.Data } };
        await JsonSerializer.SerializeAsync(context.Response.Body, error, s_message, context.RequestAborted).ConfigureAwait(false);
    }
}
