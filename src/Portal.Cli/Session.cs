using System.Text.Json;

namespace Portal.Cli;

/// <summary>Somebody's sign-in at one portal.</summary>
internal sealed record Session(string Portal, string Authority, string ClientId, string AccessToken, string? RefreshToken, DateTimeOffset ExpiresAt);

/// <summary>Sign-ins of this user of the machine, one per portal; readable by nobody else.</summary>
internal sealed class SessionFile(string folder)
{
    private readonly string _path = Path.Combine(folder, "sign-ins.json");

    private sealed record Content(string? Last, Dictionary<string, Session> Portals);

    /// <summary>The sign-in at this portal, or at the last one used.</summary>
    public Session? Find(Uri? portal)
    {
        var content = Read();
        var key = portal is null ? content.Last : KeyOf(portal);
        return key is not null && content.Portals.TryGetValue(key, out var session) ? session : null;
    }

    public void Keep(Session session)
    {
        var content = Read();
        content.Portals[session.Portal] = session;
        Write(content with { Last = session.Portal });
    }

    /// <returns>False when there was none.</returns>
    public bool Forget(string portal)
    {
        var content = Read();
        var was = content.Portals.Remove(portal);
        Write(content with { Last = content.Last == portal ? content.Portals.Keys.FirstOrDefault() : content.Last });
        return was;
    }

    public static string KeyOf(Uri portal) => portal.GetLeftPart(UriPartial.Authority);

    private Content Read()
    {
        if (!File.Exists(_path)) return new Content(null, []);
        try
        {
            return JsonSerializer.Deserialize<Content>(File.ReadAllText(_path), Output.Web) ?? new Content(null, []);
        }
        catch (JsonException)
        {
            // A torn file holds no sign-in; the next one writes it anew.
            return new Content(null, []);
        }
    }

    private void Write(Content content)
    {
        var fresh = $"{_path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var file = new FileStream(fresh, options)) JsonSerializer.Serialize(file, content, Output.Web);
        File.Move(fresh, _path, overwrite: true);
    }
}
