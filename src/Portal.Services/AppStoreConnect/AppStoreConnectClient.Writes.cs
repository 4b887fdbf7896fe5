using System.Text.Json;
using System.Text.Json.Nodes;
using Portal.Domain;
using Portal.Domain.TestFlight;

namespace Portal.Services.AppStoreConnect;

internal sealed partial class AppStoreConnectClient
{
    /// <summary>Makes a tester of the group's app and puts them into the group.</summary>
    /// <exception cref="AppleException">With <see cref="AppleException.MayHaveCommitted"/> where nobody can tell whether it was done (invariant 37).</exception>
    public async Task<BetaTester> CreateTesterAsync(KeyUse use, string groupId, EmailAddress address, string? first, string? last, CancellationToken cancel)
    {
        var answer = await WriteAsync(use with { GroupId = groupId }, HttpMethod.Post, "v1/betaTesters", new JsonObject
        {
            ["type"] = "betaTesters",
            ["attributes"] = new JsonObject { ["email"] = address.Text, ["firstName"] = Blank(first), ["lastName"] = Blank(last) },
            ["relationships"] = new JsonObject { ["betaGroups"] = Data(new JsonArray(Linkage("betaGroups", groupId))) },
        }, 1, cancel);
        return AppleResources.Tester(Made(answer));
    }

    /// <summary>Puts testers of the group's app into the group. Whether one conflict spoils the rest, Apple does not say: read back.</summary>
    public Task AddToGroupAsync(KeyUse use, string groupId, IReadOnlyList<string> testerIds, CancellationToken cancel) =>
        LinkAsync(use, HttpMethod.Post, groupId, testerIds, cancel);

    /// <summary>Takes testers out of this group and no other (invariant 11).</summary>
    public Task RemoveFromGroupAsync(KeyUse use, string groupId, IReadOnlyList<string> testerIds, CancellationToken cancel) =>
        LinkAsync(use, HttpMethod.Delete, groupId, testerIds, cancel);

    /// <summary>Sends one tester Apple's invitation again. Needs a testable build and a tester who has not accepted.</summary>
    /// <exception cref="AppleException"><see cref="AppleProblems.InvitationNotOffered"/> where Apple no longer takes a tester in such a request.</exception>
    public async Task SendInvitationAsync(KeyUse use, string appId, string testerId, CancellationToken cancel)
    {
        try
        {
            // Never with the app alone: nobody knows whom such a request would reach.
            await WriteAsync(use with { AppId = appId }, HttpMethod.Post, "v1/betaTesterInvitations", new JsonObject
            {
                ["type"] = "betaTesterInvitations",
                ["relationships"] = new JsonObject { ["app"] = Data(Linkage("apps", appId)), ["betaTester"] = Data(Linkage("betaTesters", testerId)) },
            }, 1, cancel);
            await invitations.TakenAsync(use.CredentialId);
        }
        catch (AppleException refusal) when (IsNotOffered(refusal))
        {
            await invitations.RefusedAsync(use.CredentialId);
            throw new AppleException(AppleProblems.InvitationNotOffered, FailureReach.Request)
            {
                Status = refusal.Status, AppleCode = refusal.AppleCode, AppleDetail = refusal.AppleDetail, AppleErrorId = refusal.AppleErrorId,
            };
        }
    }

    // The relationship is not allowed any more, or the whole request is gone; a tester who is gone is another thing (RELATIONSHIP.INVALID).
    private static bool IsNotOffered(AppleException refusal) => refusal.Status switch
    {
        405 or 410 => true,
        404 => refusal.AppleCode is "PATH_ERROR",
        403 => refusal.Problem.Code == "apple-request-refused",
        400 or 409 or 422 => refusal.AppleCode is { } code && (code.StartsWith("ENTITY_ERROR.RELATIONSHIP.NOT_ALLOWED", StringComparison.Ordinal) || code.StartsWith("ENTITY_ERROR.RELATIONSHIP.UNKNOWN", StringComparison.Ordinal)),
        _ => false,
    };

    /// <summary>Makes a group in the app.</summary>
    public async Task<BetaGroup> CreateGroupAsync(KeyUse use, string appId, string name, bool isInternal, CancellationToken cancel)
    {
        var answer = await WriteAsync(use with { AppId = appId }, HttpMethod.Post, "v1/betaGroups", new JsonObject
        {
            ["type"] = "betaGroups",
            // An internal group made here receives no builds by itself.
            ["attributes"] = isInternal ? new JsonObject { ["name"] = name, ["isInternalGroup"] = true, ["hasAccessToAllBuilds"] = false } : new JsonObject { ["name"] = name, ["isInternalGroup"] = false },
            ["relationships"] = new JsonObject { ["app"] = Data(Linkage("apps", appId)) },
        }, 1, cancel);
        return AppleResources.Group(Made(answer), appId) with { IsInternal = isInternal };
    }

    /// <summary>Removes a group. Everybody in it leaves it, so ask only for one that is known to be empty.</summary>
    public Task DeleteGroupAsync(KeyUse use, string groupId, CancellationToken cancel) =>
        SendAsync(use with { GroupId = groupId }, HttpMethod.Delete, $"v1/betaGroups/{Escape(groupId)}", null, 1, cancel);

    private Task LinkAsync(KeyUse use, HttpMethod method, string groupId, IReadOnlyList<string> testerIds, CancellationToken cancel) => testerIds.Count == 0
        ? Task.CompletedTask
        : WriteAsync(use with { GroupId = groupId }, method, $"v1/betaGroups/{Escape(groupId)}/relationships/betaTesters",
            new JsonArray([.. testerIds.Select(id => Linkage("betaTesters", id))]), testerIds.Count, cancel);

    private Task<AppleAnswer> WriteAsync(KeyUse use, HttpMethod method, string path, JsonNode data, int items, CancellationToken cancel) =>
        SendAsync(use, method, path, JsonSerializer.SerializeToUtf8Bytes(Data(data)), items, cancel);

    private async Task<AppleAnswer> SendAsync(KeyUse use, HttpMethod method, string path, byte[]? body, int items, CancellationToken cancel)
    {
        try
        {
            return await transport.SendAsync(use, new AppleRequest(method, pages.At(path), body, items), null, cancel);
        }
        finally
        {
            // Refused or unanswered too: either says that what pages show may not be so.
            reads.Changed(use.AppId, use.GroupId);
        }
    }

    /// <summary>The id of what a write made, or null where its answer does not say.</summary>
    public static string? IdOf(AppleAnswer answer) => ApplePages.One(answer)?.Text("id");

    private static JsonElement Made(AppleAnswer answer) => ApplePages.One(answer)
        ?? throw new AppleException(AppleProblems.AnswerBroken, FailureReach.Passing) { Status = answer.Status, MayHaveCommitted = true };

    private static JsonObject Linkage(string type, string id) => new() { ["type"] = type, ["id"] = id };

    private static JsonObject Data(JsonNode data) => new() { ["data"] = data };

    private static string? Blank(string? name) => string.IsNullOrWhiteSpace(name) ? null : name.Trim();
}
