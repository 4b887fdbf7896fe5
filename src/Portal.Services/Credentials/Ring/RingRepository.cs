using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Portal.Services.Data;

namespace Portal.Services.Credentials;

/// <summary>Keeps one ring's XML in the table of rings.</summary>
internal sealed class RingRepository(Database database, string ring) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var db = database.Open();
        return [.. db.RingKeys.Where(key => key.Ring == ring).OrderBy(key => key.Id).Select(key => key.Xml).AsEnumerable().Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var db = database.Open();
        db.RingKeys.Add(new RingKeyRow { Ring = ring, FriendlyName = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
        db.SaveChanges();
    }
}
