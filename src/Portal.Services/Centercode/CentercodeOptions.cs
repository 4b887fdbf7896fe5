using Microsoft.Extensions.Options;

namespace Portal.Services.Centercode;

/// <summary>Section <c>Centercode</c>: how communities are reached.</summary>
public sealed class CentercodeOptions
{
    /// <summary>True for the demo only: a community on this machine may be reached, and over http.</summary>
    public bool AllowLoopback { get; set; }

    /// <summary>How long a Data Package may take from request to last byte, in seconds (5 to 600).</summary>
    public int TimeoutSeconds { get; set; } = 100;

    /// <summary>How large a Data Package or an uploaded CSV file may be, in MiB (1 to 256).</summary>
    public int LargestAnswerMebibytes { get; set; } = 32;

    /// <summary>
    /// Field of a new release that says "Draft" or "Published". Centercode documents none: where it stays empty, a published release
    /// has a start date and a draft has none.
    /// </summary>
    public string ReleaseStateField { get; set; } = "";

    internal TimeSpan Timeout => TimeSpan.FromSeconds(TimeoutSeconds);
    internal int LargestBytes => LargestAnswerMebibytes * 1024 * 1024;
}

internal sealed class CentercodeOptionsRules : IValidateOptions<CentercodeOptions>
{
    public ValidateOptionsResult Validate(string? name, CentercodeOptions options)
    {
        var failures = new List<string>();
        if (options.TimeoutSeconds is < 5 or > 600) failures.Add($"Centercode:TimeoutSeconds is {options.TimeoutSeconds}; it must be from 5 to 600.");
        if (options.LargestAnswerMebibytes is < 1 or > 256) failures.Add($"Centercode:LargestAnswerMebibytes is {options.LargestAnswerMebibytes}; it must be from 1 to 256.");
        if (options.ReleaseStateField.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not '_')) failures.Add("Centercode:ReleaseStateField is no name of a field; it may hold letters, digits and _.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
