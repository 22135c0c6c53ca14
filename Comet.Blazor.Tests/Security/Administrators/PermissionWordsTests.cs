using System.Reflection;
using Comet.Blazor.Security.Administrators;

namespace Comet.Blazor.Tests.Security.Administrators;

/// <summary>Every permission has words on the page.</summary>
public sealed class PermissionWordsTests
{
    private static IEnumerable<PermissionWords> All => PermissionWords.TakesAway.Concat(PermissionWords.ForTenants);

    [Fact]
    public void EverySwitchOfTheContract_HasItsOwnWords()
    {
        var switches = typeof(AdministratorPermissions).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static p => p.PropertyType == typeof(bool) && p.CanWrite && p.Name != "ShouldRestrictProviderList").Select(static p => p.Name);

        Assert.Equal(switches.Order(), All.Select(static w => w.Field).Order());
        Assert.Equal(All.Count(), All.Select(static w => w.Title).Distinct().Count());
        foreach (var words in All)
        {
            var set = words.Set(new AdministratorPermissions(), true);
            Assert.True(words.Get(set));
            Assert.True((bool)typeof(AdministratorPermissions).GetProperty(words.Field)!.GetValue(set)!);
            Assert.False(words.Get(words.Set(set, false)));
        }
    }

    [Fact]
    public void Summary_SaysNothingOfTheUnrestricted_AndAllOfTheRest()
    {
        Assert.Null(PermissionWords.Summary(new Administrator { Name = "a" }));
        Assert.Equal("One organization; May change branding", PermissionWords.Summary(new Administrator { Name = "a", OrganizationId = "o", Permissions = new() { AllowEditBranding = true } }));
        Assert.Equal(
            "No cluster; Only S3-compatible, type 7; Only 2 policies",
            PermissionWords.Summary(new Administrator { Name = "a", Permissions = new() { DenyConstellationRole = true, ShouldRestrictProviderList = true, AllowedProvidersWhenRestricted = [1000, 7], AllowedUserPolicies = ["p", "q"] } }));
    }
}
