namespace Portal.Domain.Credentials;

/// <summary>Failures of storing and using credentials, except those of reading a key file (see the other part).</summary>
public static partial class CredentialProblems
{
    /// <summary>No Key ID was given.</summary>
    public static readonly Problem KeyIdMissing = Requester("key-id-missing",
        "The Key ID is missing. It stands beside the key on Apple's page, and in the file's name after AuthKey_.");

    /// <summary>A file name stands where the Key ID belongs.</summary>
    public static readonly Problem KeyIdIsFileName = Requester("key-id-is-file-name",
        "This is the file's name, not the Key ID. Give only the ten characters between AuthKey_ and .p8.");

    /// <summary>Something other than letters and digits.</summary>
    public static readonly Problem KeyIdWrongCharacters = Requester("key-id-characters",
        "A Key ID has only letters and digits, such as 2X9R4HXF34. Copy it again from Apple's page.");

    /// <summary>Lower-case letters.</summary>
    public static readonly Problem KeyIdLowerCase = Requester("key-id-lower-case",
        "A Key ID is written in upper case; this one has lower-case letters. Copy it again from Apple's page instead of typing it.");

    /// <summary>No Issuer ID was given.</summary>
    public static readonly Problem IssuerIdMissing = Requester("issuer-id-missing",
        "The Issuer ID is missing. It stands above the list of team keys on Apple's page. An individual key has none; make a team key instead.");

    /// <summary>Not a UUID.</summary>
    public static readonly Problem IssuerIdNotUuid = Requester("issuer-id-not-uuid",
        "An Issuer ID looks like 57246542-96fe-1a63-e053-0824d011072a: 36 characters with four hyphens. Copy it from above the list of team keys.");

    /// <summary>Key ID and Issuer ID stand in each other's field.</summary>
    public static readonly Problem IdsSwapped = Requester("ids-swapped",
        "Key ID and Issuer ID are swapped: the Key ID is the short one of ten characters, the Issuer ID the long one with hyphens.");

    /// <summary>No community address was given.</summary>
    public static readonly Problem CommunityMissing = Requester("community-missing",
        "The community's address is missing. It is what your browser shows when you are in Centercode, such as https://example.centercode.com.");

    /// <summary>Not an address of the web.</summary>
    public static readonly Problem CommunityNotAddress = Requester("community-not-address",
        "This is no web address. Give the community's own, such as https://example.centercode.com.");

    /// <summary>Query, fragment or user name in the address.</summary>
    public static readonly Problem CommunityHasMore = Requester("community-has-query",
        "Give the community's address alone, without anything after a question mark or before an @. A key in an address ends up in logs: it belongs in its own field.");

    /// <summary>http.</summary>
    public static readonly Problem CommunityNotHttps = Requester("community-not-https",
        "The community's address must begin with https://, or the API key would travel in the open.");

    /// <summary>An address inside the machine's own network.</summary>
    public static readonly Problem CommunityPrivate = Requester("community-private",
        "This address belongs to a private network or to the machine itself. The portal calls only communities on the internet.");

    /// <summary>No API key was given.</summary>
    public static readonly Problem ApiKeyMissing = Requester("api-key-missing",
        "The API key is missing. A community manager finds it in Centercode's Integration center.");

    /// <summary>An address stands where the API key belongs.</summary>
    public static readonly Problem ApiKeyIsAddress = Requester("api-key-is-address",
        "This is an address. Paste only the API key itself, from Centercode's Integration center.");

    /// <summary>Spaces or letters no header can carry.</summary>
    public static readonly Problem ApiKeyWrongCharacters = Requester("api-key-characters",
        "An API key has no spaces and no special letters. Copy it again from Centercode's Integration center, without the words around it.");

    /// <summary>Too short or too long.</summary>
    public static readonly Problem ApiKeyWrongLength = Requester("api-key-length",
        "An API key has between 8 and 512 characters. Copy it again, whole, from Centercode's Integration center.");

    /// <summary>The sealed secret cannot be opened (F33).</summary>
    public static readonly Problem Locked = new("credential-locked",
        "The portal cannot open this key: the certificate that seals the vault is missing or another one. An operator puts the right certificate back and starts the portal again; everything else goes on working.")
    { Turn = Turn.Operator };

    /// <summary>The process that holds the vault's key does not answer (F33).</summary>
    public static readonly Problem KeyServiceAway = new("key-service-away",
        "The portal cannot open this key: the key service, the process that unwraps the vault, does not answer. An operator starts it; the portal goes on by itself then, and everything else works meanwhile.")
    { Turn = Turn.Operator };

    /// <summary>A rotation without the certificate that wrapped what is stored.</summary>
    public static readonly Problem EarlierCertificateMissing = new("earlier-certificate-missing",
        "Some of the stored ring keys were wrapped by another certificate than the one in use, and it was not given. An operator names it as KeyRing:EarlierCertificatePath or KeyRing:EarlierServiceSocket and starts the rotation again.")
    { Turn = Turn.Operator };

    /// <summary>Quotes or brackets round an id.</summary>
    public static Problem IdQuoted(string what) => Requester("id-quoted", $"There are quotes or brackets round the {what}. Remove them and keep what stands between.");

    /// <summary>Not ten characters.</summary>
    public static Problem KeyIdWrongLength(int length) => Requester("key-id-length",
        $"A Key ID has ten characters; this one has {length}. Copy it again from Apple's page.");

    private static Problem Requester(string code, string sentence) => new(code, sentence) { Turn = Turn.Requester };
}
