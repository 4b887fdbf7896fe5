using System.Text.RegularExpressions;

namespace Portal.Web.Tests;

public partial class ReadmeTests
{
    [Fact]
    public void DependencyTable_EveryReferencedPackage_HasAReason()
    {
        var root = Repository.Folder;
        var table = File.ReadAllText(Path.Combine(root, "README.md"));
        var referenced = Directory.EnumerateFiles(root, "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => Reference().Matches(File.ReadAllText(project)))
            .Select(match => match.Groups[1].Value)
            .Distinct();

        Assert.All(referenced, package => Assert.Matches($@"(?m)^\|[^|]*\b{Regex.Escape(package)}\b[^|]*\| \S", table));
    }

    [Fact]
    public void TopLevel_Entries_AreThoseAgreed()
    {
        var entries = Directory.EnumerateFileSystemEntries(Repository.Folder).Select(path => Path.GetFileName(path)!).Where(name => !name.StartsWith('.'));

        Assert.Equal(["Portal.sln", "README.md", "appsettings.sample.json", "src", "tests", "wwwroot-assets"], entries.Order(StringComparer.Ordinal));
    }

    /// <summary>A claim whose test was renamed or removed would stand there unproven.</summary>
    [Fact]
    public void AccessTable_EveryTestNamed_IsThere()
    {
        var table = File.ReadAllText(Path.Combine(Repository.Folder, "src", "Portal.Web", "SignIn", "README.md"));
        var there = Directory.EnumerateFiles(Path.Combine(Repository.Folder, "tests"), "*Tests.cs", SearchOption.AllDirectories).ToDictionary(path => path, File.ReadAllText);
        foreach (var (tests, member) in NamedTest().Matches(table).Select(match => (match.Groups[1].Value, match.Groups[2].Value)))
            Assert.True(there.Any(file => Path.GetFileName(file.Key) == $"{tests}.cs" && file.Value.Contains($" {member}", StringComparison.Ordinal)), $"{tests}.{member}");
    }

    [GeneratedRegex(@"`(\w+Tests)(?:\.(\w+))?")]
    private static partial Regex NamedTest();

    [GeneratedRegex("""<PackageReference Include="([^"]+)" """)]
    private static partial Regex Reference();
}

/// <summary>The working copy the tests were built from.</summary>
internal static class Repository
{
    public static string Folder { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo folder) => File.Exists(Path.Combine(folder.FullName, "Portal.sln")) ? folder.FullName : Find(folder.Parent!);
}
