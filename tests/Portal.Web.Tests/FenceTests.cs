using System.Reflection;

namespace Portal.Web.Tests;

/// <summary>The fences the compiler keeps, looked at from outside: a package made public by mistake would tear one down silently.</summary>
public class FenceTests
{
    [Theory]
    [InlineData("Portal.Web")]
    [InlineData("portal")]
    public void FrontEnd_References_KnowNoDatabaseAndNoScheduler(string assembly)
    {
        var references = Assembly.Load(assembly).GetReferencedAssemblies().Select(reference => reference.Name!).ToList();

        Assert.DoesNotContain(references, name => name.StartsWith("Microsoft.EntityFrameworkCore", StringComparison.Ordinal));
        Assert.DoesNotContain(references, name => name is "Npgsql" or "Microsoft.Data.Sqlite");
    }

    [Fact]
    public void Services_PublicSurface_ShowsNoDatabaseType()
    {
        var shown =
            from type in typeof(Services.PortalRegistration).Assembly.GetExportedTypes()
            from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            from seen in member switch
            {
                MethodBase method => method.GetParameters().Select(parameter => parameter.ParameterType).Append((method as MethodInfo)?.ReturnType ?? typeof(void)),
                PropertyInfo property => [property.PropertyType],
                _ => [],
            }
            where seen.FullName?.Contains("EntityFrameworkCore", StringComparison.Ordinal) == true
            select $"{type}.{member.Name}";

        Assert.DoesNotContain(shown, name => !name.Contains("Migrations", StringComparison.Ordinal));
    }

    [Fact]
    public void Simulator_References_NothingOfOurs() =>
        Assert.DoesNotContain(typeof(Simulator.SimulatorApp).Assembly.GetReferencedAssemblies(), reference => reference.Name!.StartsWith("Portal.", StringComparison.Ordinal));
}
