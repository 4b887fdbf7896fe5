using System.Security.Cryptography;
using System.Text.Json;

namespace Portal.Simulator;

public sealed partial class World
{
    private (string Path, byte[] Hash)? lastSaved;

    /// <summary>
    /// Writes the world as JSON to a file readable by its owner alone; nothing when it would be what was written there last. A crash
    /// leaves the old file or the new one, never half of one. One caller at a time.
    /// </summary>
    /// <returns>Whether there was anything to write.</returns>
    public bool Save(string path)
    {
        WorldSnapshot taken;
        lock (Gate)
        {
            taken = SnapshotTaker.Take(this);
        }
        var bytes = JsonSerializer.SerializeToUtf8Bytes(taken);
        var hash = SHA256.HashData(bytes);
        if (lastSaved is { } last && last.Path == path && last.Hash.AsSpan().SequenceEqual(hash))
        {
            return false;
        }
        Write(path, bytes);
        lastSaved = (path, hash);
        return true;
    }

    /// <summary>Puts back what <see cref="Save"/> wrote, in place of all there is; a <see cref="VirtualClock"/> is moved to where it stood.</summary>
    /// <exception cref="InvalidDataException">The file is of another version, or not a world at all. Nothing was changed.</exception>
    public void Load(string path)
    {
        WorldSnapshot saved;
        try
        {
            using var file = File.OpenRead(path);
            saved = JsonSerializer.Deserialize<WorldSnapshot>(file) is { Version: WorldSnapshot.CurrentVersion } read ? read : throw new InvalidDataException($"'{path}' was saved by another version.");
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"'{path}' holds no saved world.", broken);
        }
        lock (Gate)
        {
            Clear();
            SnapshotPlanter.Plant(this, saved);
            foreach (var build in Builds.Values)
            {
                BuildLife.Resume(build);
            }
            Community = SnapshotPlanter.Community(saved.Community);
            outbox.AddRange(saved.Outbox);
            // The seed would give ids again that the saved world holds already.
            random = new Random();
        }
        if (Time is VirtualClock clock && saved.ClockOffset > clock.Offset)
        {
            clock.Advance(saved.ClockOffset - clock.Offset);
        }
    }

    private static void Write(string path, byte[] snapshot)
    {
        var half = path + ".new";
        var how = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        using (var file = new FileStream(half, how))
        {
            file.Write(snapshot);
        }
        File.Move(half, path, overwrite: true);
    }

    private void Clear()
    {
        outbox.Clear();
        Apps.Clear();
        Groups.Clear();
        Testers.Clear();
        Builds.Clear();
        Versions.Clear();
        Users.Clear();
        Webhooks.Clear();
        Agenda.Clear();
    }
}
