namespace Portal.Simulator.Identity;

/// <summary>The buttons of the provider's own page: somebody leaves, changes groups, is signed out.</summary>
internal static class IdentityDoors
{
    public static async Task ChangeAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync();
        var directory = http.RequestServices.GetRequiredService<IdentityDirectory>();
        var sender = http.RequestServices.GetRequiredService<LogoutSender>();
        if (IdentityUsers.All.SingleOrDefault(user => user.Name == form["user"]) is not { } user)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        switch ((string?)form["act"])
        {
            case "groups":
                directory.SetGroups(user.Name);
                break;
            case "end":
                await sender.EndAllAsync(user.Name);
                break;
            case "remove":
                directory.Remove(user.Name);
                await sender.EndAllAsync(user.Name);
                break;
            default:
                directory.Restore(user.Name);
                break;
        }

        http.Response.Redirect($"{http.Request.PathBase}/");
    }
}
