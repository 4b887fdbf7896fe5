using System.Security.Cryptography;
using System.Text;

namespace Portal.Simulator.AppStoreConnect;

/// <summary>A text about an app or a build: a localization, the review's details, the licence agreement. Lasts one sitting.</summary>
internal sealed class Note(string id, object owner)
{
    public string Id => id;
    public object Owner => owner;
    public Dictionary<string, object?> Values { get; } = [];
}

/// <summary>The texts there are, made when they are first read, as Apple makes them itself. Caller holds the world's gate.</summary>
internal sealed class TestInformation(World world)
{
    public const string DefaultLocale = "en-US";

    /// <summary>Types with one text for each language; the others have one for each app.</summary>
    private static readonly HashSet<string> Localized = ["betaAppLocalizations", "betaBuildLocalizations"];

    private readonly Dictionary<(string Type, object Owner), OrderedDictionary<string, Note>> notes = [];

    public static bool IsOfBuilds(string type) => type == "betaBuildLocalizations";

    public OrderedDictionary<string, Note> Of(string type, object owner)
    {
        if (!notes.TryGetValue((type, owner), out var all))
        {
            notes[(type, owner)] = all = [];
            var first = Add(type, owner, Localized.Contains(type) ? DefaultLocale : null);
            if (type == "betaAppReviewDetails")
            {
                first.Values["demoAccountRequired"] = false;
            }
        }
        return all;
    }

    public IReadOnlyList<Note> All(string type) =>
        [.. IsOfBuilds(type) ? world.Apps.Values.SelectMany(a => a.Builds.Values).SelectMany(b => Of(type, b).Values) : world.Apps.Values.SelectMany(a => Of(type, a).Values)];

    public Note? Find(string type, string id) => All(type).FirstOrDefault(n => n.Id == id);

    public Note Add(string type, object owner, string? locale)
    {
        var ownerId = owner is App app ? app.Id : ((Build)owner).Id;
        // Details and agreements have their app's id, as at Apple; a hash keeps the world's own numbers in their order.
        var id = locale is null ? ownerId : new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{type}/{ownerId}/{locale}")).AsSpan(0, 16)).ToString();
        var note = new Note(id, owner);
        if (locale is not null)
        {
            note.Values["locale"] = locale;
        }
        notes[(type, owner)].Add(id, note);
        return note;
    }

    public void Remove(string type, Note note) => notes[(type, note.Owner)].Remove(note.Id);
}
