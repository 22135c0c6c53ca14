using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Api;

/// <summary>The answer to a right password that is not enough (spec/04 §4.4).</summary>
public static class SecondFactor
{
    /// <summary>What clients look for in the Message.</summary>
    public const string TotpRequired = "ERR_TOTP_REQUIRED";

    /// <summary>Says that a code is missing.</summary>
    public static ApiResult Missing() => ApiResult.Json(new JsonObject { ["Status"] = (int)Refusal.Denied, ["Message"] = TotpRequired });
}
