using Microsoft.Extensions.Options;

namespace Portal.Services.Audit;

/// <summary>Section <c>Audit</c>: what makes the record tamper-evident, outside the database.</summary>
public sealed class AuditOptions
{
    /// <summary>Folder of the MAC key and the signing key, made by <c>portal audit keys new</c>. Without them the portal does not start.</summary>
    public string KeyFolder { get; set; } = "";

    /// <summary>Folder for signed checkpoints; empty: <see cref="KeyFolder"/>.</summary>
    public string CheckpointFolder { get; set; } = "";

    /// <summary>How often a checkpoint is signed when events were added, 1 to 1440.</summary>
    public int CheckpointMinutes { get; set; } = 5;

    internal string Checkpoints => CheckpointFolder.Length > 0 ? CheckpointFolder : KeyFolder;
}

internal sealed class AuditOptionsRules : IValidateOptions<AuditOptions>
{
    public ValidateOptionsResult Validate(string? name, AuditOptions options)
    {
        var failures = new List<string>();
        if (string.IsNullOrWhiteSpace(options.KeyFolder)) failures.Add("Audit:KeyFolder is empty: name the folder of the audit's keys; portal audit keys new FOLDER makes them. Without it the portal does not start.");
        if (options.CheckpointMinutes is < 1 or > 1440) failures.Add($"Audit:CheckpointMinutes is {options.CheckpointMinutes}; it must be 1 to 1440.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
