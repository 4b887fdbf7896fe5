using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Options;
using Portal.Services.Alerts;
using Portal.Services.AppStoreConnect;
using Portal.Services.Audit;
using Portal.Services.Centercode;
using Portal.Services.Credentials;
using Portal.Services.Data;
using Portal.Services.Mail;
using Portal.Services.Sync;
using Portal.Web.SignIn;

namespace Portal.Web.Hosting;

/// <summary>
/// Finds values that cannot be read as what their key holds, such as "yes" for true. The framework's binder would stop at the
/// first of them; here each is told with its key, beside everything else that is wrong.
/// </summary>
internal static class SettingsReading
{
    private static readonly IReadOnlyDictionary<string, Type> _sections = new[]
    {
        typeof(PortalOptions), typeof(DatabaseOptions), typeof(KeyRingOptions), typeof(SignInOptions), typeof(AppStoreConnectOptions),
        typeof(CentercodeOptions), typeof(SyncOptions), typeof(MailOptions), typeof(AlertsOptions), typeof(AuditOptions),
    }.ToDictionary(type => type.Name[..^"Options".Length]);

    /// <summary>One line per unreadable value, which gives way to its default so that the rest can be read.</summary>
    public static IReadOnlyList<string> Unreadable(IConfiguration configuration)
    {
        var lines = new List<string>();
        foreach (var (section, type) in _sections)
        {
            var fresh = Activator.CreateInstance(type);
            foreach (var property in type.GetProperties().Where(property => property.CanWrite && property.PropertyType.IsValueType))
            {
                var key = $"{section}:{property.Name}";
                if (configuration[key] is not { } text || Reads(property, text)) continue;
                lines.Add($"{key} is '{text}'; it must be {Words(property.PropertyType)}.");
                configuration[key] = TypeDescriptor.GetConverter(property.PropertyType).ConvertToInvariantString(property.GetValue(fresh));
            }
        }
        return lines;
    }

    /// <summary>Runs the rules of every section; throws with what they say and with these lines.</summary>
    /// <exception cref="OptionsValidationException">One section is wrong; an <see cref="AggregateException"/> of them when several are.</exception>
    public static void Validate(IServiceProvider services, IReadOnlyList<string> unreadable)
    {
        var wrong = new List<Exception>();
        if (unreadable.Count > 0) wrong.Add(new OptionsValidationException("settings", typeof(PortalApp), unreadable));
        try
        {
            services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException one) when (wrong.Count > 0)
        {
            wrong.Add(one);
        }
        catch (AggregateException several) when (wrong.Count > 0)
        {
            wrong.AddRange(several.InnerExceptions);
        }
        if (wrong.Count > 0) throw wrong.Count == 1 ? wrong[0] : new AggregateException(wrong);
    }

    private static bool Reads(PropertyInfo property, string text)
    {
        try
        {
            return TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(text) is not null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }

    private static string Words(Type type) =>
        type == typeof(bool) ? "true or false" : type == typeof(TimeSpan) ? "a time such as 00:00:30" : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}" : "a whole number";
}
