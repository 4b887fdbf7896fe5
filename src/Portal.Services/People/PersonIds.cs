using System.Security.Cryptography;
using System.Text;
using Portal.Domain;
using Portal.Domain.People;
using Portal.Services.Credentials;

namespace Portal.Services.People;

/// <summary>Opaque ids of people: a keyed hash of link and matching key, so that no e-mail address stands in a URL, a log or a browser's history.</summary>
internal sealed class PersonIds(PortalSecrets secrets)
{
    private const int Bytes = 16;

    /// <summary>32 hex characters; another in every link.</summary>
    /// <exception cref="ProblemException"><c>person-ids-locked</c>.</exception>
    public string Of(Guid linkId, string personKey) => Find(linkId, personKey) ?? throw new ProblemException(PersonProblems.Locked);

    /// <summary>The same, or null while the vault is locked.</summary>
    public string? Find(Guid linkId, string personKey) => secrets.Find(PortalSecrets.PersonId) is { } key
        ? Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{linkId:N}\n{personKey}")).AsSpan(0, Bytes))
        : null;
}
