using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Portal.Domain;
using Portal.Domain.Credentials;
using Portal.Domain.Sync;
using Portal.Services.Centercode;

namespace Portal.Services.Credentials;

/// <summary>An Apple team key as a form brings it. A class, not a record: it is never written out.</summary>
public sealed class NewAppleKey
{
    /// <summary>What people will call it; empty: named after its Key ID.</summary>
    public string? Label { get; init; }

    /// <summary>As typed; empty: taken from the file's name.</summary>
    public string? KeyId { get; init; }

    /// <summary>As typed; not needed when a key is replaced.</summary>
    public string? IssuerId { get; init; }

    /// <summary>The file's bytes; zeroed once read.</summary>
    public required byte[] File { get; init; }

    /// <summary>The file's name.</summary>
    public string? FileName { get; init; }
}

/// <summary>A Centercode connection as a form brings it. A class, not a record: it is never written out.</summary>
public sealed class NewCentercodeKey
{
    /// <summary>What people will call it; empty: named after the community's host.</summary>
    public string? Label { get; init; }

    /// <summary>The community's address; not needed when a key is replaced.</summary>
    public string? CommunityAddress { get; init; }

    /// <summary>The API key.</summary>
    public required string ApiKey { get; init; }

    /// <summary>The address of a Data Package to try the key with, once; empty: none. Not stored.</summary>
    public string? DataPackage { get; init; }
}

/// <summary>A secret between form and vault: read and found good, not yet sealed.</summary>
internal sealed class IncomingSecret(CredentialKind kind, string fingerprint, Func<Guid, int, byte[]> seal, PrivateKey? key) : IDisposable
{
    public CredentialKind Kind => kind;
    public string Fingerprint => fingerprint;
    public string Label { get; init; } = "";
    public string KeyId { get; init; } = "";
    public string IssuerId { get; init; } = "";
    public string CommunityAddress { get; init; } = "";

    /// <summary>The ciphertext for exactly this credential and version.</summary>
    public byte[] Seal(Guid credentialId, int version) => seal(credentialId, version);

    public void Dispose() => key?.Dispose();
}

/// <summary>Reads what forms bring, with every mistake explained, and hands on what only the vault can open again.</summary>
internal sealed class CredentialIntake(CredentialVault vault, PortalSecrets secrets, IOptions<CentercodeOptions> centercode)
{
    /// <exception cref="ProblemException">What is wrong with the form.</exception>
    /// <param name="form">The form.</param>
    /// <param name="issuerId">The team a replacement must belong to; null: the form says it.</param>
    public IncomingSecret Read(NewAppleKey form, string? issuerId = null)
    {
        try
        {
            var fromName = AppleKeyName.Parse(form.FileName).KeyId;
            var keyId = KeyId.Parse(string.IsNullOrWhiteSpace(form.KeyId) ? fromName : form.KeyId).OrThrow().Text;
            if (fromName is not null && fromName != keyId) throw new ProblemException(CredentialProblems.KeyIdNotOfFile(fromName, keyId));
            var issuer = issuerId ?? IssuerId.Parse(form.IssuerId).OrThrow().Text;
            var label = ReadLabel(form.Label, $"Team key {keyId}");
            var key = PrivateKey.Parse(form.File, form.FileName).OrThrow();
            return new IncomingSecret(CredentialKind.AppleTeamKey, key.Fingerprint, (id, version) => vault.Seal(id, version, key), key)
            {
                Label = label, KeyId = keyId, IssuerId = issuer,
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(form.File);
        }
    }

    /// <exception cref="ProblemException">What is wrong with the form.</exception>
    /// <param name="form">The form.</param>
    /// <param name="community">The community a replacement must belong to; null: the form says it.</param>
    public IncomingSecret Read(NewCentercodeKey form, string? community = null)
    {
        community ??= CommunityAddress.Parse(form.CommunityAddress, centercode.Value.AllowLoopback).OrThrow().Text;
        var apiKey = CentercodeApiKey.Parse(form.ApiKey).OrThrow();
        if (!string.IsNullOrWhiteSpace(form.DataPackage) && SourceAddress.Read(form.DataPackage, community, centercode.Value.AllowLoopback).Problem is { } wrong) throw new ProblemException(wrong);
        var label = ReadLabel(form.Label, new Uri(community).Host);
        return new IncomingSecret(CredentialKind.CentercodeApiKey, Fingerprint(community, apiKey), (id, version) => vault.Seal(id, version, apiKey), null)
        {
            Label = label, CommunityAddress = community,
        };
    }

    /// <exception cref="ProblemException">The label is too long, holds a piece of a key, or is missing where there is no default.</exception>
    public static string ReadLabel(string? typed, string? otherwise = null)
    {
        var label = string.IsNullOrWhiteSpace(typed) ? otherwise : typed.Trim();
        if (label is null) throw new ProblemException(CredentialProblems.LabelMissing);
        return Words(label, CredentialProblems.LongestLabel, CredentialProblems.LabelTooLong);
    }

    /// <exception cref="ProblemException">The note is too long or holds a piece of a key.</exception>
    public static string ReadNote(string? typed) => Words((typed ?? "").Trim(), CredentialProblems.LongestNote, CredentialProblems.NoteTooLong);

    private static string Words(string text, int longest, Problem tooLong)
    {
        if (KeyText.IsIn(text)) throw new ProblemException(CredentialProblems.KeyInWords);
        return text.Length <= longest ? text : throw new ProblemException(tooLong);
    }

    // Keyed, so that a short API key cannot be guessed from its fingerprint.
    private string Fingerprint(string community, string apiKey)
    {
        var secret = secrets.Find(PortalSecrets.ApiKeyFingerprint) ?? throw new ProblemException(CredentialProblems.Locked);
        var hash = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{community}\n{apiKey}"));
        return string.Join(' ', Convert.ToHexStringLower(hash).Chunk(4).Select(group => new string(group)));
    }
}
