namespace Portal.Simulator.AppStoreConnect;

/// <summary>Texts about apps and builds, and who did something.</summary>
internal static partial class Catalogue
{
    private sealed record Actor(string Id, User? User, TeamKey? Key);

    private static Kind NotesOf(string type)
    {
        var schema = ApiSchema.Instance.Type(type)!;
        return Define<Note>(type, n => n.Id, (w, id) => w.Information.Find(type, id), (w, _) => w.Information.All(type),
            schema.Attributes.Keys.ToDictionary(a => a, a => (Func<World, Note, object?>)((_, n) => n.Values.GetValueOrDefault(a))),
            schema.Relationships.Keys.ToDictionary(r => r, _ => (Func<World, Note, IReadOnlyList<object>>)((_, n) => [n.Owner])));
    }

    private static Func<World, T, IReadOnlyList<object>> Notes<T>(string type) where T : class => (w, owner) => w.Information.Of(type, owner).Values;

    private static Kind Actors() => Define<Actor>("actors", a => a.Id,
        (w, id) => AllActors(w).FirstOrDefault(a => a.Id == id), (w, _) => AllActors(w),
        new()
        {
            ["actorType"] = (_, a) => a.User is null ? "API_KEY" : "USER", ["userFirstName"] = (_, a) => a.User?.FirstName,
            ["userLastName"] = (_, a) => a.User?.LastName, ["userEmail"] = (_, a) => a.User?.Username, ["apiKeyId"] = (_, a) => a.Key?.KeyId,
        },
        []);

    private static IReadOnlyList<Actor> AllActors(World world) =>
        [.. world.Users.Select(u => new Actor(u.Id, u, null)), .. world.Keys.All.Select(k => new Actor(k.KeyId, null, k))];
}
