using System.Text.Json.Nodes;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>Writes to localizations, review details and licence agreements.</summary>
internal sealed class NoteWrites(World world)
{
    public static bool Takes(string type) => type is "betaAppLocalizations" or "betaBuildLocalizations" or "betaAppReviewDetails" or "betaLicenseAgreements";

    public Note Create(AppleRequest request, string type)
    {
        Demand(request, type);
        var data = RequestBody.Data(request, type);
        var ofBuild = TestInformation.IsOfBuilds(type);
        var owner = ofBuild
            ? (object?)world.Builds.GetValueOrDefault(RequestBody.One(data, "build", "builds"))
            : world.Apps.GetValueOrDefault(RequestBody.One(data, "app", "apps"));
        if (owner is null)
        {
            throw new AppleException(AppleError.RelationshipInvalid(ofBuild ? "/data/relationships/build" : "/data/relationships/app"));
        }
        var attributes = RequestBody.Attributes(data);
        var locale = RequestBody.Text(attributes["locale"])!;
        if (world.Information.Of(type, owner).Values.Any(n => Equals(n.Values["locale"], locale)))
        {
            throw new AppleException(AppleError.SameLocale);
        }
        return Fill(world.Information.Add(type, owner, locale), attributes);
    }

    public Note Update(AppleRequest request, string type, string id)
    {
        Demand(request, type);
        return Fill(world.Information.Find(type, id)!, RequestBody.Attributes(RequestBody.Data(request, type)));
    }

    public AppleAnswer Delete(AppleRequest request, string type, string id)
    {
        Demand(request, type);
        world.Information.Remove(type, world.Information.Find(type, id)!);
        return new(204, Items: 1);
    }

    /// <summary>What to test in a build is also the developers' to write.</summary>
    private void Demand(AppleRequest request, string type)
    {
        if (!(TestInformation.IsOfBuilds(type) && request.Key.Role == "DEVELOPER"))
        {
            Permissions.DemandTestInformation(world.Switches, request.Key);
        }
    }

    private static Note Fill(Note note, JsonObject attributes)
    {
        foreach (var (name, value) in attributes)
        {
            note.Values[name] = (object?)RequestBody.Text(value) ?? RequestBody.Flag(value);
        }
        return note;
    }
}
