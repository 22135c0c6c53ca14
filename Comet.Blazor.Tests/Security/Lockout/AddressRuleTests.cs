using System.Diagnostics;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Lockout;

namespace Comet.Blazor.Tests.Security.Lockout;

/// <summary>The addresses that an administrator may come from (spec/04 §4.6).</summary>
public sealed class AddressRuleTests
{
    [Theory]
    [InlineData("", "203.0.113.9", true)]
    [InlineData(null, null, true)]
    [InlineData(@"10\.0\..*", "10.0.3.4", true)]
    [InlineData(@"10\.0\..*", "::ffff:10.0.3.4", true)]
    [InlineData(@"10\.0\..*", "10.1.3.4", false)]
    [InlineData(@"10\.0\..*", "110.0.3.4", true)]
    [InlineData(@"^10\.0\.", "110.0.3.4", false)]
    [InlineData(@"^10\.0\.0\.1$", "10.0.0.11", false)]
    [InlineData(@"^(10|192\.168)\.", "192.168.7.7", true)]
    [InlineData("^2001:db8:", "2001:0DB8:0::1", true)]
    [InlineData("^fe80::1$", "fe80::1%5", true)]
    [InlineData(@"^10\.", null, false)]
    [InlineData(@"^10\.", "", false)]
    public void Rule_LetsIn(string? pattern, string? address, bool admitted)
    {
        var outcome = AddressRule.Admits(pattern, address);

        Assert.Equal(admitted, outcome.Ok);
        Assert.True(admitted || outcome is { Kind: Refusal.Denied, Why.Length: > 0 });
    }

    [Theory]
    [InlineData("(", "can't be used: ")]
    [InlineData("[0-9", "can't be used: ")]
    [InlineData(@"(10)\.\1", "can't be used: ")]
    [InlineData(@"(?=10)", "can't be used: ")]
    [InlineData(@"(?<!1)0", "can't be used: ")]
    [InlineData("*", "can't be used: ")]
    public void Pattern_ThatCanNotBeUsed_IsRefusedWithTheReason_AndLetsNobodyIn(string pattern, string reason)
    {
        var outcome = AddressRule.Check(pattern);

        Assert.Equal(Refusal.Invalid, outcome.Kind);
        Assert.Contains(reason, outcome.Why, StringComparison.Ordinal);
        Assert.False(AddressRule.Admits(pattern, "10.0.0.1").Ok);
        Assert.False(AddressRule.CheckOwn(pattern, "10.0.0.1").Ok);
    }

    [Fact]
    public void Pattern_TooLong_IsRefused()
    {
        Assert.False(AddressRule.Check(new string('1', AddressRule.MaxLength + 1)).Ok);
        Assert.True(AddressRule.Check(new string('1', AddressRule.MaxLength)).Ok);
    }

    [Theory]
    [InlineData("(((((([0-9a-f:.]*)*)*)*)*)*)*$x")]
    [InlineData("(a|aa|1|11|.)*(1?){900}1{900}")]
    [InlineData("((([0-9]{1000}){1000}){1000})")]
    [InlineData("(.*){1000}(.*){1000}x")]
    public void Pattern_MeantToBeSlow_IsQuicklyAnsweredOrRefused(string pattern)
    {
        var started = Stopwatch.GetTimestamp();

        _ = AddressRule.Check(pattern);
        _ = AddressRule.Admits(pattern, "2001:db8:1111:1111:1111:1111:1111:1111");

        Assert.True(Stopwatch.GetElapsedTime(started).TotalSeconds < 5);
    }

    [Fact]
    public void OwnAddress_LeftOut_IsToldBeforeSaving()
    {
        var refused = AddressRule.CheckOwn(@"^10\.", "::ffff:192.0.2.7");

        Assert.Equal((Refusal.Invalid, "These addresses do not include your own, 192.0.2.7: you could not sign in again."), (refused.Kind, refused.Why));
        Assert.True(AddressRule.CheckOwn(@"^192\.0\.2\.", "::ffff:192.0.2.7").Ok);
        Assert.Contains("Your own address is 192.0.2.7.", AddressRule.Help("::ffff:192.0.2.7"), StringComparison.Ordinal);
    }
}
