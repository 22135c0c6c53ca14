using System.Net.Mime;
using System.Text.Encodings.Web;

namespace Comet.Blazor.Security.Transport;

/// <summary>The page that a browser gets when a form is refused before any page of ours runs; a program gets the sentence alone.</summary>
public static class RefusalPage
{
    /// <summary>Answers.</summary>
    /// <param name="http">The request.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="title">What happened, a few words.</param>
    /// <param name="sentence">Why, and what to do.</param>
    public static Task WriteAsync(HttpContext http, int status, string title, string sentence)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        if (!http.Request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase))
        {
            http.Response.ContentType = "text/plain; charset=utf-8";
            return http.Response.WriteAsync($"{title}. {sentence}\n", http.RequestAborted);
        }

        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.WriteAsync($"""
            <!DOCTYPE html>
            <html lang="en" data-theme="light">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <title>{HtmlEncoder.Default.Encode(title)}, Comet Server</title>
                <base href="{HtmlEncoder.Default.Encode(http.Request.PathBase + "/")}" />
                <link rel="icon" href="favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="css/app.css" />
                <link rel="stylesheet" href="css/sign-in.css" />
                <script src="js/theme.js"></script>
            </head>
            <body>
                <main class="door-form">
                    <div class="door-panel">
                        <h1>{HtmlEncoder.Default.Encode(title)}</h1>
                        <p class="note note-error" role="alert">{HtmlEncoder.Default.Encode(sentence)}</p>
                        <p><a href="sign-in">Go to the sign-in page</a></p>
                    </div>
                </main>
            </body>
            </html>
            """, http.RequestAborted);
    }
}
