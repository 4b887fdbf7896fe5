namespace Portal.Tests;

/// <summary>A folder of its own, gone when disposed.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("portal-test-").FullName;

    public string Path { get; }

    /// <summary>Where a file of this name would stand.</summary>
    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
