namespace Portal.Simulator;

/// <summary>Invented people. No first name here is Ana: she is planted once, so that one can look for her.</summary>
internal static class Names
{
    /// <summary>A generated tester of this number. Every third has no name; addresses are plain, mixed in case or with a plus.</summary>
    public static (string? First, string? Last, string Email) Tester(int n)
    {
        var (first, last, mailbox) = Person(n);
        var address = (n % 5) switch { 1 => $"{first}.{last}.{n}@Example.com", 2 => $"{mailbox}.{n}+beta@example.org", _ => $"{mailbox}.{n}@example.net" };
        return n % 3 == 0 ? (null, null, address) : n % 7 == 0 ? (NonLatin[n % NonLatin.Length].First, NonLatin[n % NonLatin.Length].Last, address) : (first, last, address);
    }

    public static readonly string[] First =
    [
        "Mira", "Tomas", "Ines", "Jonas", "Leila", "Oskar", "Petra", "Rafael", "Saskia", "Viktor", "Wanda", "Yusuf", "Zelda", "Bruno", "Clara", "Dario",
        "Elif", "Felix", "Greta", "Hugo", "Irena", "Jarek", "Kaia", "Lorenzo", "Marit", "Nadia", "Otto", "Paula", "Quinn", "Rosa", "Stefan", "Tilda",
    ];

    public static readonly string[] Last =
    [
        "Almeida", "Brandt", "Castell", "Dvorak", "Eriksen", "Fontaine", "Galante", "Hollis", "Ibarra", "Jansen", "Kallio", "Lindqvist", "Moreau", "Novotny",
        "Okafor", "Pelletier", "Quist", "Rossi", "Sandoval", "Thorne", "Ulrich", "Vargas", "Weber", "Xavier", "Yilmaz", "Zeman",
    ];

    /// <summary>Names no Latin keyboard writes; the addresses stay plain.</summary>
    public static readonly (string First, string Last, string Mailbox)[] NonLatin =
    [
        ("李", "娜", "li.na"), ("さくら", "田中", "sakura.tanaka"), ("Дмитрий", "Волков", "dmitri.volkov"), ("Ελένη", "Παππά", "eleni.pappa"), ("محمد", "حداد", "mohamed.haddad"),
        ("שירה", "לוי", "shira.levi"), ("지훈", "박", "jihun.park"), ("Zoë", "Ångström", "zoe.angstrom"), ("Łukasz", "Żak", "lukasz.zak"), ("प्रिया", "शर्मा", "priya.sharma"),
    ];

    public static readonly string[] Domains = ["example.com", "example.org", "example.net"];

    /// <summary>The n-th person: distinct for every n, with an address that tells nobody anything.</summary>
    public static (string First, string Last, string Mailbox) Person(int n)
    {
        var first = First[n % First.Length];
        var last = Last[n * 7 % Last.Length];
        return (first, last, $"{first}.{last}.{n}".ToLowerInvariant());
    }

    public static string Domain(int n) => Domains[n % Domains.Length];
}
