namespace Comet.Blazor.Security.Transport;

/// <summary>
/// Marks and guards an endpoint that scripts of our pages call with the browser's cookie: the request must carry the header
/// <c>X-Comet-Page</c>, which another origin can't send without a permission that this server never gives, and must not come from elsewhere.
/// </summary>
public sealed class OurPage : IEndpointFilter
{
    /// <summary>The header; its value does not matter.</summary>
    public const string Header = "X-Comet-Page";

    private OurPage()
    {
    }

    /// <summary>The one there is; as metadata it tells that the endpoint is guarded.</summary>
    public static OurPage Demand { get; } = new();

    /// <summary>True when the request is one that a script of ours sent.</summary>
    public static bool Sent(HttpRequest request) => request.Headers.ContainsKey(Header) && Origins.IsOurs(request);

    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        Sent(context.HttpContext.Request) ? await next(context) : Results.Text("Only pages of this server may ask that.\n", statusCode: StatusCodes.Status403Forbidden);
}

/// <summary>How endpoints say in what way they are kept from other sites; each that changes something says one (held by a test).</summary>
public static class Guards
{
    /// <summary>For calls from scripts of our pages: see <see cref="OurPage"/>. Takes the place of the form's antiforgery token.</summary>
    public static RouteHandlerBuilder RequireOurPage(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(OurPage.Demand).WithMetadata(OurPage.Demand).DisableAntiforgery();

    /// <summary>For programs that bring name and secret in the request or its messages: a browser adds nothing of its own that would count, so another site gains nothing.</summary>
    public static TBuilder WithOwnCredentials<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(OwnCredentials.Instance).DisableAntiforgery().AllowAnonymous();
}

/// <summary>Metadata of endpoints that take credentials from the request itself and look at no cookie.</summary>
public sealed class OwnCredentials
{
    private OwnCredentials()
    {
    }

    /// <summary>The one there is.</summary>
    public static OwnCredentials Instance { get; } = new();
}
