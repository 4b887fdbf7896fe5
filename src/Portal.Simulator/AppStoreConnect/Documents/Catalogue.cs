namespace Portal.Simulator.AppStoreConnect;

/// <summary>How a kind of resource is read from the world: attributes as values, relationships as lists (one entry or none for to-one).</summary>
internal sealed class Kind
{
    public required string Type { get; init; }
    public required Func<object, string> Id { get; init; }
    public required Func<World, string, object?> Find { get; init; }
    public required Func<World, IReadOnlyDictionary<string, string[]>, IReadOnlyList<object>> All { get; init; }
    public required Dictionary<string, Func<World, object, object?>> Attributes { get; init; }
    public required Dictionary<string, Func<World, object, IReadOnlyList<object>>> Relationships { get; init; }
    public ApiSchema.ResourceType Schema => ApiSchema.Instance.Type(Type)!;

    public object? Read(World world, object resource, string attribute) =>
        Attributes.TryGetValue(attribute, out var read) ? read(world, resource) : null;

    public IReadOnlyList<object> Related(World world, object resource, string relationship) =>
        Relationships.TryGetValue(relationship, out var read) ? read(world, resource) : [];
}

/// <summary>The kinds of resource there are.</summary>
internal static partial class Catalogue
{
    public static Kind? Find(string type) => Kinds.GetValueOrDefault(type);

    private static readonly Kind Apps = Define<App>("apps", a => a.Id,
        (w, id) => w.Apps.GetValueOrDefault(id), (w, _) => w.Apps.Values,
        new()
        {
            ["name"] = (_, a) => a.Name, ["bundleId"] = (_, a) => a.BundleId, ["sku"] = (_, a) => a.Sku,
            ["primaryLocale"] = (_, _) => "en-US", ["isOrEverWasMadeForKids"] = (_, _) => false,
        },
        new()
        {
            ["betaGroups"] = (_, a) => a.Groups.Values, ["builds"] = (w, a) => ReadLag.Builds(w, a.Builds.Values), ["preReleaseVersions"] = (_, a) => a.Versions.Values,
            ["betaAppLocalizations"] = Notes<App>("betaAppLocalizations"), ["betaAppReviewDetail"] = Notes<App>("betaAppReviewDetails"),
            ["betaLicenseAgreement"] = Notes<App>("betaLicenseAgreements"), ["webhooks"] = (w, a) => [.. w.Webhooks.All.Values.Where(h => h.App == a)],
        });

    private static readonly Kind BetaGroups = Define<BetaGroup>("betaGroups", g => g.Id,
        (w, id) => w.Groups.GetValueOrDefault(id),
        (w, filters) => OfOneApp(w, filters, "app")?.Groups.Values ?? (IReadOnlyList<BetaGroup>)[.. w.Apps.Values.SelectMany(a => a.Groups.Values)],
        new()
        {
            ["name"] = (_, g) => g.Name, ["createdDate"] = (_, g) => g.Created, ["isInternalGroup"] = (_, g) => g.IsInternal,
            ["hasAccessToAllBuilds"] = (_, g) => g.IsInternal ? g.HasAccessToAllBuilds : null,
            ["publicLinkEnabled"] = (_, g) => g.IsInternal ? null : g.PublicLinkEnabled, ["publicLinkId"] = (_, g) => g.PublicLinkId,
            ["publicLinkLimitEnabled"] = (_, g) => g.IsInternal ? null : g.PublicLinkLimitEnabled, ["publicLinkLimit"] = (_, g) => g.PublicLinkLimit,
            ["publicLink"] = (_, g) => g.PublicLink, ["feedbackEnabled"] = (_, g) => g.FeedbackEnabled,
            ["iosBuildsAvailableForAppleSiliconMac"] = (_, g) => g.SiliconMac, ["iosBuildsAvailableForAppleVision"] = (_, g) => g.Vision,
        },
        new() { ["app"] = (_, g) => [g.App], ["builds"] = (w, g) => ReadLag.Builds(w, g.Builds.Values), ["betaTesters"] = ReadLag.Testers });

    private static readonly Kind BetaTesters = Define<BetaTester>("betaTesters", t => t.Id,
        (w, id) => w.Testers.GetValueOrDefault(id), SomeTesters,
        new()
        {
            ["firstName"] = (_, t) => t.FirstName, ["lastName"] = (_, t) => t.LastName, ["email"] = (_, t) => t.Email,
            ["inviteType"] = (_, t) => t.InviteType, ["state"] = (_, t) => t.State,
        },
        new() { ["apps"] = (_, t) => [t.App], ["betaGroups"] = ReadLag.Groups, ["builds"] = (_, t) => t.Builds.Values });

    private static readonly Kind Builds = Define<Build>("builds", b => b.Id,
        (w, id) => ReadLag.Build(w, id),
        (w, filters) => ReadLag.Builds(w, OfOneApp(w, filters, "app")?.Builds.Values ?? (IReadOnlyList<Build>)[.. w.Apps.Values.SelectMany(a => a.Builds.Values)]),
        new()
        {
            ["version"] = (_, b) => b.Number, ["uploadedDate"] = (_, b) => Pacific(b.Uploaded), ["expirationDate"] = (_, b) => Pacific(b.Expires),
            ["expired"] = (w, b) => b.IsExpired(w.Now), ["minOsVersion"] = (_, _) => "17.0", ["processingState"] = (_, b) => b.ProcessingState,
            ["buildAudienceType"] = (_, b) => b.Audience, ["usesNonExemptEncryption"] = (_, b) => b.UsesNonExemptEncryption,
        },
        new()
        {
            ["app"] = (_, b) => [b.App], ["preReleaseVersion"] = (_, b) => [b.PreRelease], ["betaGroups"] = (_, b) => b.Groups.Values,
            ["individualTesters"] = (_, b) => b.Individuals.Values, ["buildBetaDetail"] = (_, b) => [b],
            ["betaAppReviewSubmission"] = (_, b) => b.ReviewState is null ? [] : [b],
            ["betaBuildLocalizations"] = Notes<Build>("betaBuildLocalizations"),
        });

    /// <summary>A build's beta detail has the build's id, as at Apple.</summary>
    private static readonly Kind BuildBetaDetails = Define<Build>("buildBetaDetails", b => b.Id,
        (w, id) => ReadLag.Build(w, id), (w, _) => [.. w.Apps.Values.SelectMany(a => a.Builds.Values)],
        new()
        {
            ["autoNotifyEnabled"] = (_, b) => b.AutoNotify, ["internalBuildState"] = (w, b) => b.InternalStateAt(w.Now),
            ["externalBuildState"] = (w, b) => b.ExternalStateAt(w.Now),
        },
        new() { ["build"] = (_, b) => [b] });

    private static readonly Kind ReviewSubmissions = Define<Build>("betaAppReviewSubmissions", b => b.Id,
        (w, id) => w.Builds.GetValueOrDefault(id) is { ReviewState: not null } build ? build : null,
        (w, _) => [.. w.Apps.Values.SelectMany(a => a.Builds.Values).Where(b => b.ReviewState is not null)],
        new() { ["betaReviewState"] = (_, b) => b.ReviewState, ["submittedDate"] = (_, b) => b.Submitted is { } at ? Pacific(at) : null },
        new() { ["build"] = (_, b) => [b] });

    private static readonly Kind PreReleaseVersions = Define<PreReleaseVersion>("preReleaseVersions", v => v.Id,
        (w, id) => w.Versions.GetValueOrDefault(id), (w, _) => [.. w.Apps.Values.SelectMany(a => a.Versions.Values)],
        new() { ["version"] = (_, v) => v.Version, ["platform"] = (_, v) => v.Platform },
        new() { ["app"] = (_, v) => [v.App], ["builds"] = (w, v) => ReadLag.Builds(w, v.Builds.Values) });

    private static readonly Kind Users = Define<User>("users", u => u.Id,
        (w, id) => w.Users.FirstOrDefault(u => u.Id == id), (w, _) => w.Users,
        new()
        {
            ["username"] = (_, u) => u.Username, ["firstName"] = (_, u) => u.FirstName, ["lastName"] = (_, u) => u.LastName,
            ["roles"] = (_, u) => u.Roles, ["allAppsVisible"] = (_, _) => true, ["provisioningAllowed"] = (_, _) => false,
        },
        []);

    private static readonly Dictionary<string, Kind> Kinds =
        new[]
        {
            Apps, BetaGroups, BetaTesters, Builds, BuildBetaDetails, ReviewSubmissions, PreReleaseVersions, Users, Actors(),
            NotesOf("betaAppLocalizations"), NotesOf("betaAppReviewDetails"), NotesOf("betaLicenseAgreements"), NotesOf("betaBuildLocalizations"),
            Webhooks(), WebhookDeliveries(), WebhookEvents(),
        }.ToDictionary(k => k.Type);

    private static DateTimeOffset Pacific(DateTimeOffset time) => time.ToOffset(TimeSpan.FromHours(-7));

    private static App? OfOneApp(World world, IReadOnlyDictionary<string, string[]> filters, string name) =>
        filters.TryGetValue(name, out var ids) && ids is [var id] ? world.Apps.GetValueOrDefault(id) : null;

    /// <summary>Starts from the smallest list that holds every answer, so that a page of 10,000 testers reads no more than it must.</summary>
    private static IReadOnlyList<BetaTester> SomeTesters(World world, IReadOnlyDictionary<string, string[]> filters)
    {
        if (filters.TryGetValue("betaGroups", out var groups) && groups is [var group])
        {
            return world.Groups.GetValueOrDefault(group) is { } found ? ReadLag.Testers(world, found) : [];
        }
        if (filters.TryGetValue("email", out var emails) && !world.Switches.LooseEmailFilter)
        {
            var apps = filters.TryGetValue("apps", out var ids) ? ids.Select(id => world.Apps.GetValueOrDefault(id)).OfType<App>() : world.Apps.Values;
            return [.. apps.SelectMany(a => emails.Distinct(StringComparer.OrdinalIgnoreCase).Select(e => a.TestersByEmail.GetValueOrDefault(e))).OfType<BetaTester>().Where(t => ReadLag.IsListed(world, t))];
        }
        return OfOneApp(world, filters, "apps") is { } app ? ReadLag.Testers(world, app) : [.. world.Apps.Values.SelectMany(a => ReadLag.Testers(world, a))];
    }

    private static Kind Define<T>(
        string type, Func<T, string> id, Func<World, string, T?> find, Func<World, IReadOnlyDictionary<string, string[]>, IReadOnlyList<T>> all,
        Dictionary<string, Func<World, T, object?>> attributes, Dictionary<string, Func<World, T, IReadOnlyList<object>>> relationships)
        where T : class => new()
        {
            Type = type,
            Id = o => id((T)o),
            Find = find,
            All = all,
            Attributes = attributes.ToDictionary(a => a.Key, a => (Func<World, object, object?>)((w, o) => a.Value(w, (T)o))),
            Relationships = relationships.ToDictionary(r => r.Key, r => (Func<World, object, IReadOnlyList<object>>)((w, o) => r.Value(w, (T)o))),
        };
}
