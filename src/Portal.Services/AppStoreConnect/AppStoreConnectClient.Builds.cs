using System.Text.Json.Nodes;
using Portal.Domain.TestFlight;

namespace Portal.Services.AppStoreConnect;

/// <summary>What is done with builds: who gets them, what testers are told, encryption, review.</summary>
internal sealed partial class AppStoreConnectClient
{
    /// <summary>Gives a build to a group; harmless where the group has it.</summary>
    public Task AssignBuildAsync(KeyUse use, string groupId, string buildId, CancellationToken cancel) =>
        LinkBuildAsync(use, HttpMethod.Post, groupId, buildId, cancel);

    /// <summary>Takes a build from a group; harmless where the group does not have it.</summary>
    public Task UnassignBuildAsync(KeyUse use, string groupId, string buildId, CancellationToken cancel) =>
        LinkBuildAsync(use, HttpMethod.Delete, groupId, buildId, cancel);

    /// <summary>What testers are asked to test, one line per language.</summary>
    public Task<Reading<BuildText>> ListBuildTextsAsync(KeyUse use, string buildId, CancellationToken cancel) =>
        pages.ReadAsync(use, $"v1/builds/{Escape(buildId)}/betaBuildLocalizations?fields[betaBuildLocalizations]=whatsNew,locale&limit={PageSize}",
            (text, _) => new BuildText(text.Text("id")!, text.Attribute("locale").AsText() ?? "", text.Attribute("whatsNew").AsText()), cancel);

    /// <summary>Writes the text of a language that is there.</summary>
    public Task ChangeBuildTextAsync(KeyUse use, string textId, string text, CancellationToken cancel) =>
        ChangeAsync(use, "betaBuildLocalizations", textId, new() { ["whatsNew"] = text }, cancel);

    /// <summary>Writes the text of a language that is not there yet.</summary>
    public Task AddBuildTextAsync(KeyUse use, string buildId, string locale, string text, CancellationToken cancel) =>
        MakeAsync(use, "betaBuildLocalizations", new() { ["locale"] = locale, ["whatsNew"] = text }, "build", "builds", buildId, cancel);

    /// <summary>Switches auto-notify of a build on or off.</summary>
    public Task SetAutoNotifyAsync(KeyUse use, string detailId, bool on, CancellationToken cancel) =>
        ChangeAsync(use, "buildBetaDetails", detailId, new() { ["autoNotifyEnabled"] = on }, cancel);

    /// <summary>Answers whether the build uses encryption that is not exempt.</summary>
    public Task AnswerComplianceAsync(KeyUse use, string buildId, bool ownEncryption, CancellationToken cancel) =>
        ChangeAsync(use, "builds", buildId, new() { ["usesNonExemptEncryption"] = ownEncryption }, cancel);

    /// <summary>Submits a build for beta review.</summary>
    public Task SubmitForReviewAsync(KeyUse use, string buildId, CancellationToken cancel) =>
        MakeAsync(use, "betaAppReviewSubmissions", null, "build", "builds", buildId, cancel);

    /// <summary>Has Apple tell the testers of a build; they may be mailed again each time.</summary>
    public Task NotifyTestersAsync(KeyUse use, string buildId, CancellationToken cancel) =>
        MakeAsync(use, "buildBetaNotifications", null, "build", "builds", buildId, cancel);

    /// <summary>Where Apple tells of the app's events.</summary>
    public Task<Reading<AppleWebhook>> ListWebhooksAsync(KeyUse use, string appId, CancellationToken cancel) =>
        pages.ReadAsync(use with { AppId = appId }, $"v1/apps/{Escape(appId)}/webhooks?fields[webhooks]=enabled,url&limit={PageSize}",
            (hook, _) => new AppleWebhook(hook.Text("id")!, hook.Attribute("url").AsText() ?? "", hook.Attribute("enabled").AsBool()), cancel);

    /// <summary>Has Apple tell of the app's events.</summary>
    public async Task<string> CreateWebhookAsync(KeyUse use, string appId, string name, string url, string secret, IReadOnlyList<string> eventTypes, CancellationToken cancel)
    {
        var answer = await MakeAsync(use with { AppId = appId }, "webhooks", new()
        {
            ["name"] = name, ["url"] = url, ["secret"] = secret, ["enabled"] = true, ["eventTypes"] = new JsonArray([.. eventTypes.Select(type => (JsonNode)type)]),
        }, "app", "apps", appId, cancel);
        return Made(answer).Text("id")!;
    }

    /// <summary>Has Apple tell no more.</summary>
    public Task DeleteWebhookAsync(KeyUse use, string webhookId, CancellationToken cancel) =>
        SendAsync(use, HttpMethod.Delete, $"v1/webhooks/{Escape(webhookId)}", null, 1, cancel);

    private Task<AppleAnswer> LinkBuildAsync(KeyUse use, HttpMethod method, string groupId, string buildId, CancellationToken cancel) =>
        WriteAsync(use with { GroupId = groupId }, method, $"v1/betaGroups/{Escape(groupId)}/relationships/builds", new JsonArray(Linkage("builds", buildId)), 1, cancel);

    private Task<AppleAnswer> ChangeAsync(KeyUse use, string type, string id, JsonObject attributes, CancellationToken cancel) =>
        WriteAsync(use, HttpMethod.Patch, $"v1/{type}/{Escape(id)}", new JsonObject { ["type"] = type, ["id"] = id, ["attributes"] = attributes }, 1, cancel);

    private Task<AppleAnswer> MakeAsync(KeyUse use, string type, JsonObject? attributes, string relationship, string relatedType, string relatedId, CancellationToken cancel)
    {
        var made = new JsonObject { ["type"] = type, ["relationships"] = new JsonObject { [relationship] = Data(Linkage(relatedType, relatedId)) } };
        if (attributes is not null) made["attributes"] = attributes;
        return WriteAsync(use, HttpMethod.Post, $"v1/{type}", made, 1, cancel);
    }
}
