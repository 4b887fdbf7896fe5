namespace Portal.Domain.Credentials;

// What is wrong with a key file: each mistake seen in practice has its own words.
public static partial class CredentialProblems
{
    private const string WhereTeamKeysAre = "Users and Access → Integrations → App Store Connect API → Team Keys";

    /// <summary>No bytes, or only blanks.</summary>
    public static readonly Problem KeyFileEmpty = Requester("key-file-empty",
        "The file is empty. Choose the .p8 file as Apple gave it; if the download failed, an Apple admin makes a new key, for Apple lets it be downloaded once.");

    /// <summary>More than <see cref="PrivateKey.LargestFile"/>.</summary>
    public static readonly Problem KeyFileTooLarge = Requester("key-file-too-large",
        "The file is larger than 16 KB. Apple's .p8 files have less than 1 KB, so this is another file.");

    /// <summary>Bytes that are no text.</summary>
    public static readonly Problem KeyNotText = Requester("key-not-text",
        "The file is not text. Apple's .p8 file begins with -----BEGIN PRIVATE KEY-----; choose that file, not an archive or a document with it.");

    /// <summary>DER, PKCS#12 and the like.</summary>
    public static readonly Problem KeyIsBinary = Requester("key-is-binary",
        "The file is a binary key or certificate store (.der, .p12, .pfx). Choose the .p8 file as Apple gave it; it is text.");

    /// <summary>Text without a PEM block.</summary>
    public static readonly Problem KeyNotPem = Requester("key-not-pem",
        "The file holds no key: there is no line -----BEGIN PRIVATE KEY-----. Choose the .p8 file as Apple gave it, unchanged.");

    /// <summary>A PEM block that does not decode.</summary>
    public static readonly Problem KeyDamaged = Requester("key-damaged",
        "The key in the file is cut short or changed. Choose the file as Apple gave it; if there is no other copy, an Apple admin makes a new key.");

    /// <summary>More than one PEM block.</summary>
    public static readonly Problem KeyFileHoldsMore = Requester("key-file-holds-more",
        "The file holds more than one key or certificate. Choose the .p8 file as Apple gave it: one block, nothing else.");

    /// <summary>A certificate or a request for one.</summary>
    public static readonly Problem KeyIsCertificate = Requester("key-is-certificate",
        $"This is a certificate, not an API key. API keys are made under {WhereTeamKeysAre} and end in .p8.");

    /// <summary>The public half only.</summary>
    public static readonly Problem KeyIsPublic = Requester("key-is-public",
        "This is only the public half of a key; it cannot sign. Choose the .p8 file Apple gave when the key was made.");

    /// <summary>The older SEC 1 form.</summary>
    public static readonly Problem KeyIsSec1 = Requester("key-is-sec1",
        "This key is written in the older form \"EC PRIVATE KEY\" (SEC 1). Apple gives \"PRIVATE KEY\" (PKCS#8), so a tool has changed the file or it is not from Apple. Choose the file as downloaded.");

    /// <summary>PKCS#8 behind a password.</summary>
    public static readonly Problem KeyIsEncrypted = Requester("key-is-encrypted",
        "This key is protected by a password. Apple's .p8 files have none, so somebody added it: choose the file as downloaded. The portal seals it itself.");

    /// <summary>RSA.</summary>
    public static readonly Problem KeyIsRsa = Requester("key-is-rsa",
        $"This is an RSA key; App Store Connect uses EC P-256. Make a team key under {WhereTeamKeysAre}.");

    /// <summary>An OpenSSH key.</summary>
    public static readonly Problem KeyIsSsh = Requester("key-is-ssh",
        $"This is an SSH key, not an App Store Connect key. Make a team key under {WhereTeamKeysAre}.");

    /// <summary>By its file name an In-App Purchase key (F5).</summary>
    public static readonly Problem InAppPurchaseKey = Requester("key-in-app-purchase",
        $"By its name (SubscriptionKey_…) this is an In-App Purchase key. It opens the App Store Server API, not App Store Connect. Make a team key under {WhereTeamKeysAre}; its file is named AuthKey_….p8.");

    /// <summary>An elliptic-curve or Edwards key Apple does not use.</summary>
    public static Problem KeyOnOtherCurve(string curve) => Requester("key-other-curve",
        $"This key is on {curve}; App Store Connect uses EC P-256 (prime256v1). It is not a key Apple made: choose the .p8 file as downloaded.");

    /// <summary>The file's name and the field disagree.</summary>
    public static Problem KeyIdNotOfFile(string fromName, string typed) => Requester("key-id-not-of-file",
        $"The file's name says Key ID {fromName}, the field says {typed}. Choose the file that belongs to the Key ID, or correct the field.");
}
