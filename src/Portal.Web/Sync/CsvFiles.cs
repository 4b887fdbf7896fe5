using Microsoft.AspNetCore.Components.Forms;
using Portal.Services.Sync;

namespace Portal.Web.Sync;

/// <summary>Takes a team file from the browser. The stream must be read inside the handler.</summary>
internal static class CsvFiles
{
    /// <summary>The whole file, at most <paramref name="largest"/> bytes.</summary>
    public static async Task<CsvFile> ReadAsync(IBrowserFile file, int largest)
    {
        await using var stream = file.OpenReadStream(largest);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content);
        return new CsvFile(file.Name, content.ToArray());
    }
}
