using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Mail.Bulletins;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Secrets;

namespace Comet.Blazor.Features.Mail;

/// <summary>Mail in the HTTP API (spec/06 §8).</summary>
public static class MailEndpoints
{
    /// <summary>Maps the calls.</summary>
    public static IEndpointRouteBuilder MapMail(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/preview-user-email-report", PreviewAsync);
        routes.MapAdminApi("admin/bulletin/submit", BulletinAsync);
        routes.MapAdminApi("admin/meta/email-options/get", GetAsync);
        routes.MapAdminApi("admin/meta/email-options/set", SetAsync);
        routes.MapAdminApi("admin/meta/send-test-email", TestAsync);
        routes.MapAdminApi("admin/meta/send-test-report", TestReportAsync);
        return routes;
    }

    private static async Task<ApiResult> PreviewAsync(ApiCall call, CancellationToken ct)
    {
        var preview = await call.Service<PreviewReport>().RunAsync(call.By, call.Text("TargetUser"), ReportConfig.Read(Object(call, "EmailReportConfig")), call.Optional("EmailAddress"), ct);
        return preview.Ok
            ? ApiResult.Json(new JsonObject
            {
                ["Status"] = 200, ["Message"] = "OK", ["From"] = preview.Value.From, ["To"] = new JsonArray([.. preview.Value.To.Select(static t => (JsonNode)t)]),
                ["EmailSubject"] = preview.Value.Subject, ["EmailBodyHTML"] = preview.Value.Html, ["EmailBodyPlaintext"] = preview.Value.Text,
            })
            : ApiResult.From(preview.Plain);
    }

    private static async Task<ApiResult> BulletinAsync(ApiCall call, CancellationToken ct) =>
        ApiResult.From((await call.Service<SendBulletin>().RunAsync(call.By, call.Text("Subject"), call.Text("Content"), null, ct)).Plain);

    private static Task<ApiResult> GetAsync(ApiCall call, CancellationToken ct)
    {
        if (SaveMailSettings.MayChange(call.By) is { Ok: false } denied)
        {
            return Task.FromResult(ApiResult.From(denied));
        }

        var root = new JsonObject { [MailOptions.Field] = call.Service<MailSettings>().Document() };
        MailOptions.Read(root).Write(root);
        var fields = root[MailOptions.Field]!.AsObject();
        fields["SMTPPassword"] = Obscured.Of((string?)fields["SMTPPassword"]);
        fields[AdminReport.Field] ??= new JsonArray();
        return Task.FromResult(ApiResult.Json(fields.DeepClone()));
    }

    private static async Task<ApiResult> SetAsync(ApiCall call, CancellationToken ct)
    {
        var fields = Object(call, "EmailOptions");
        var read = Options(fields);
        return read.Ok
            ? ApiResult.From(await call.Service<SaveMailSettings>().RunAsync(call.By, read.Value, Password(fields), call.Service<MailSettings>().Stored, fields))
            : ApiResult.From(read.Plain);
    }

    private static async Task<ApiResult> TestAsync(ApiCall call, CancellationToken ct)
    {
        var fields = Object(call, "EmailOptions");
        var read = Options(fields);
        return ApiResult.From(read.Ok ? await call.Service<SendTestMail>().RunAsync(call.By, read.Value, Password(fields), call.Text("Recipient"), ct) : read.Plain);
    }

    private static async Task<ApiResult> TestReportAsync(ApiCall call, CancellationToken ct) => ApiResult.From(
        (await call.Service<PreviewReport>().SendTestAsync(call.By, AdminReport.Read(Object(call, "EmailReportingOption")), call.Optional("TargetOrganization"), ct)).Plain);

    private static Outcome<MailOptions> Options(JsonObject fields)
    {
        try
        {
            return MailOptions.Read(new JsonObject { [MailOptions.Field] = fields.DeepClone() }) with { SmtpPassword = "" };
        }
        catch (InvalidDataException ex)
        {
            return Outcome.Invalid(ex.InnerException is JsonException ? "The parameter EmailOptions has a field of another type than the contract's." : ex.Message);
        }
    }

    // Absent or obscured: the stored one stays.
    private static string? Password(JsonObject fields) => fields["SMTPPassword"] is JsonValue value && value.TryGetValue<string>(out var text) && text != Obscured.Text ? text : null;

    private static JsonObject Object(ApiCall call, string name)
    {
        try
        {
            var json = call.Document(name);
            JsonTexts.Check(json);
            return JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject ?? throw new ApiException(Refusal.Invalid, $"The parameter {name} must be a JSON object.");
        }
        catch (JsonException ex)
        {
            throw new ApiException(Refusal.Invalid, $"The parameter {name} can't be read as JSON: {ex.Message}");
        }
    }
}
