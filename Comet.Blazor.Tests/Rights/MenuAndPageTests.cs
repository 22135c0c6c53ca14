using Bunit;
using Comet.Blazor.App.Layout;
using Comet.Blazor.Features.Accounts.Pages;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Account;
using Comet.Blazor.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Tests.Rights;

/// <summary>What the drawer and a page's address show to whom (ui.md §7).</summary>
public sealed class MenuAndPageTests : BunitContext
{
    private readonly SomeViewer _viewer = new();

    public MenuAndPageTests()
    {
        Services.AddSingleton<IViewer>(_viewer);
        Services.AddSingleton(new MenuEntry(MenuGroup.Accounts, 1, "Users", "/users", "") { Needs = Right.AccountsView });
        Services.AddSingleton(new MenuEntry(MenuGroup.Server, 1, "Audit log", "/server/audit", "") { Needs = Right.AuditView });
        Services.AddSingleton(new MenuEntry(MenuGroup.Server, 2, "Help", "/help", ""));
    }

    [Fact]
    public void Menu_ShowsWhatThePersonMaySee_AndFollowsPermissions()
    {
        var menu = Render<NavMenu>();
        Assert.Equal(["Users", "Audit log", "Help"], Titles(menu));

        _viewer.Denied = [Right.AuditView, Right.AccountsView];
        Services.GetRequiredService<NavigationManager>().NavigateTo("/elsewhere");

        menu.WaitForAssertion(() => Assert.Equal(["Help"], Titles(menu)));
        Assert.Equal(["Server"], menu.FindAll("h2").Select(static h => h.TextContent));
    }

    [Fact]
    public void Menu_AfterTheSession_IsEmpty()
    {
        _viewer.Gone = true;
        Assert.Empty(Titles(Render<NavMenu>()));
    }

    [Fact]
    public void Page_WithoutTheRight_NamesThePermissionAndShowsNothingElse()
    {
        _viewer.Denied = [Right.AccountsView];
        var guard = Render<RightGuard>(p => p.Add(g => g.Page, typeof(UsersPage)).AddChildContent("<p>all users</p>"));

        Assert.Contains("You may not see users.", guard.Markup);
        Assert.DoesNotContain("all users", guard.Markup);

        _viewer.Denied = [];
        guard.Render(p => p.Add(g => g.Page, typeof(UsersPage)));
        Assert.Contains("all users", guard.Markup);
    }

    [Fact]
    public void Page_OfOnesOwnAccount_OpensForEverybody()
    {
        _viewer.Denied = [.. Enum.GetValues<Right>()];
        Assert.Contains("mine", Render<RightGuard>(p => p.Add(g => g.Page, typeof(MyAccountPage)).AddChildContent("mine")).Markup);
    }

    private static IEnumerable<string> Titles(IRenderedComponent<NavMenu> menu) => menu.FindAll("a").Select(static a => a.TextContent.Trim());

    private sealed class SomeViewer : IViewer
    {
        public Right[] Denied { get; set; } = [];

        public bool Gone { get; set; }

        public string BaseAddress => "http://localhost/";

        public ValueTask<Actor> ActorAsync() => Gone ? throw new UnauthorizedAccessException("over")
            : ValueTask.FromResult(new Actor(ActorKind.Administrator, "admin") { Limits = new ActorLimits { Denied = [.. Denied] } });
    }
}
