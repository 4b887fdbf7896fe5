using Microsoft.Extensions.Options;
using Portal.Domain.Credentials;

namespace Portal.Services.Credentials;

/// <summary>Section <c>KeyUses</c>: when a person's use of a key is worth a second look.</summary>
public sealed class KeyUsesOptions
{
    /// <summary>From this hour on nobody is expected to work; equal to <see cref="OddHoursTo"/>: no hour is odd.</summary>
    public TimeOnly OddHoursFrom { get; set; } = new(22, 0);

    /// <summary>Until this hour, on the next day where it is earlier.</summary>
    public TimeOnly OddHoursTo { get; set; } = new(6, 0);

    /// <summary>The zone the hours are meant in, such as Europe/Berlin.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>The hours as a rule.</summary>
    internal OddHours Hours => new(OddHoursFrom, OddHoursTo, TimeZoneInfo.FindSystemTimeZoneById(TimeZone));
}

internal sealed class KeyUsesOptionsRules : IValidateOptions<KeyUsesOptions>
{
    public ValidateOptionsResult Validate(string? name, KeyUsesOptions options) => TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail("KeyUses:TimeZone is not a zone this machine knows; write it like Europe/Berlin.");
}
