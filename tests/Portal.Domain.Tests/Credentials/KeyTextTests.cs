using System.Security.Cryptography;
using Portal.Domain.Credentials;

namespace Portal.Domain.Tests.Credentials;

/// <summary>Pieces of a private key among words. Keys are made at run time.</summary>
[Trait("Invariant", "25")]
public class KeyTextTests
{
    [Fact]
    public void IsIn_AnyPartOfAnyKeyThatHoldsItsNumber_IsRecognised()
    {
        for (var n = 0; n < 20; n++)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var pem = key.ExportPkcs8PrivateKeyPem();
            var lines = pem.Split('\n').Where(line => !line.StartsWith('-')).ToList();
            var body = string.Concat(lines);
            string[] pasted = [pem, lines[0], lines[1], body, body[..80], string.Join(' ', lines), $"the key {lines[0]} for Acme", System.Buffers.Text.Base64Url.EncodeToString(key.ExportPkcs8PrivateKey()), "-----BEGIN PRIVATE KEY-----"];
            Assert.All(pasted, text => Assert.True(KeyText.IsIn(text), "One of them was taken for words."));
        }
    }

    [Theory]
    [InlineData("Acme team key for beta syncs")]
    [InlineData("")]
    [InlineData("Key ID 2X9R4HXF34, issuer 57246542-96fe-1a63-e053-0824d011072a")]
    [InlineData("fingerprint 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    [InlineData("see https://example.com/Teams/Acme/Keys/2026/How-To-Deposit-An-App-Store-Connect-Key/Part-3")]
    [InlineData("Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft")]
    [InlineData("DonauDampfSchifffahrtsElektrizitaetenHauptBetriebsWerkBauUnterBeamtenGesellschaft")]
    [InlineData("a_note_with_underscores_instead_of_spaces_because_some_people_do_that_in_2026")]
    public void IsIn_WordsIdsAndAddresses_AreNone(string text) => Assert.False(KeyText.IsIn(text));
}
