using Portal.Domain.Audit;

namespace Portal.Domain.Tests;

public class FenceTests
{
    [Fact]
    public void Domain_References_AreTheFrameworkAlone()
    {
        var references = typeof(AuditCodes).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).ToList();

        Assert.DoesNotContain(references, name => !name.StartsWith("System.", StringComparison.Ordinal) && name is not "netstandard");
        Assert.DoesNotContain(references, name => name is "System.Net.Http" or "System.IO.FileSystem" or "System.Data.Common");
    }

    [Fact]
    public void Domain_Interfaces_AreNone() =>
        Assert.DoesNotContain(typeof(AuditCodes).Assembly.GetTypes(), type => type.IsInterface);
}
