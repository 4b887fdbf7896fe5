using System.Text.Json;
using Portal.Domain.TestFlight;

namespace Portal.Services.AppStoreConnect;

/// <summary>Apple's resources as the portal's records.</summary>
internal static class AppleResources
{
    public static AppleApp App(JsonElement app) => new(Id(app), app.Attribute("name").AsText() ?? "", app.Attribute("bundleId").AsText() ?? "");

    /// <param name="appId">The app asked for, where Apple does not repeat it.</param>
    public static BetaGroup Group(JsonElement group, string? appId) => new(
        Id(group),
        group.RelatedId("app") ?? appId ?? "",
        group.Attribute("name").AsText() ?? "",
        // Not reported counts as internal: only what Apple calls external may be linked (invariant 3).
        group.Attribute("isInternalGroup").AsBool() ?? true,
        group.Attribute("hasAccessToAllBuilds").AsBool(),
        group.Relationship("betaTesters")?.Total())
    {
        CreatedDate = group.Attribute("createdDate").AsTime(),
        PublicLinkEnabled = group.Attribute("publicLinkEnabled").AsBool(),
        PublicLink = group.Attribute("publicLink").AsText(),
        PublicLinkLimit = group.Attribute("publicLinkLimitEnabled").AsBool() is false ? null : group.Attribute("publicLinkLimit").AsInt(),
        FeedbackEnabled = group.Attribute("feedbackEnabled").AsBool(),
    };

    public static Build Build(JsonElement build, ApplePage page, string? appId)
    {
        JsonElement? Included(string relationship, string type) =>
            build.RelatedId(relationship) is { } id && page.Included.TryGetValue((type, id), out var found) ? found : null;
        var version = Included("preReleaseVersion", "preReleaseVersions");
        var detail = Included("buildBetaDetail", "buildBetaDetails");
        var review = Included("betaAppReviewSubmission", "betaAppReviewSubmissions");
        return new Build(
            Id(build),
            build.RelatedId("app") ?? appId ?? "",
            version?.Attribute("version").AsText() ?? "",
            build.Attribute("version").AsText() ?? "",
            version?.Attribute("platform").AsText() ?? "")
        {
            ProcessingState = build.Attribute("processingState").AsText(),
            InternalState = detail?.Attribute("internalBuildState").AsText(),
            ExternalState = detail?.Attribute("externalBuildState").AsText(),
            DetailId = build.RelatedId("buildBetaDetail"),
            AutoNotifyEnabled = detail?.Attribute("autoNotifyEnabled").AsBool(),
            UploadedDate = build.Attribute("uploadedDate").AsTime(),
            ExpirationDate = build.Attribute("expirationDate").AsTime(),
            Expired = build.Attribute("expired").AsBool() ?? false,
            AudienceType = build.Attribute("buildAudienceType").AsText(),
            GroupIds = build.RelatedIds("betaGroups"),
            IndividualTesterCount = build.Relationship("individualTesters")?.Total(),
            ReviewState = review?.Attribute("betaReviewState").AsText(),
        };
    }

    public static BetaTester Tester(JsonElement tester) => new(
        Id(tester),
        tester.Attribute("email").AsText(),
        tester.Attribute("firstName").AsText(),
        tester.Attribute("lastName").AsText(),
        tester.Attribute("inviteType").AsText(),
        tester.Attribute("state").AsText())
    {
        GroupIds = tester.RelatedIds("betaGroups"),
        GroupCount = tester.Relationship("betaGroups")?.Total(),
    };

    private static string Id(JsonElement resource) => resource.Text("id") ?? "";
}
