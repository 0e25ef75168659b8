namespace OrderFunctions.Sandbox.Http;

/// <summary>
/// The body of a refusal by Duel, Retrack, Katalys and the control routes. The form is ours: none of the three
/// documents shows an error body.
/// </summary>
internal sealed record Refusal(string Message, IReadOnlyList<string> Errors)
{
    public static Answer Answer(int status, IReadOnlyList<string> problems) =>
        Http.Answer.Json(status, new Refusal(Title(status), problems), SandboxJson.Camel.Refusal) with
        {
            Problem = string.Join(' ', problems),
        };

    private static string Title(int status) =>
        status switch
        {
            400 => "The request is malformed.",
            401 => "The credentials are missing or wrong.",
            404 => "Not found.",
            405 => "The method is not allowed here.",
            409 => "It exists already.",
            413 => "The body is too large.",
            415 => "The content type is not supported.",
            429 => "Too many requests.",
            _ => "The request is invalid.",
        };
}
