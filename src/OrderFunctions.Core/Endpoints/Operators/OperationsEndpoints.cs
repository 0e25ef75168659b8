using Microsoft.AspNetCore.Http;
using OrderFunctions.Json;
using OrderFunctions.Operations;
using OrderFunctions.Providers;

namespace OrderFunctions.Endpoints.Operators;

/// <summary>GET /api/overview, PUT and DELETE /api/providers/{provider}/pause: the same for every host.</summary>
public sealed class OperationsEndpoints(Overview overview, ProviderSwitch providerSwitch, ProviderCatalog catalog)
{
    private const int MostBytes = 16 * 1024;
    private const int MostNoteCharacters = 1000;

    public Task<IResult> OverviewAsync(HttpRequest request, CancellationToken cancellationToken) =>
        Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () => Results.Json(await overview.GetAsync(cancellationToken), EndpointJson.Default.OverviewResult)
        );

    public async Task<IResult> PauseAsync(HttpRequest request, string provider, CancellationToken cancellationToken)
    {
        if (Find(provider) is not { } known)
        {
            return NoSuchProvider(provider);
        }

        var (note, problem) = await ReadNoteAsync(request, cancellationToken);
        if (problem is not null)
        {
            return problem;
        }

        return await Problems.OrUnavailableAsync(
            request.HttpContext.Response,
            async () =>
            {
                await providerSwitch.PauseAsync(known, note, cancellationToken);
                return Results.NoContent();
            }
        );
    }

    public Task<IResult> ResumeAsync(HttpRequest request, string provider, CancellationToken cancellationToken) =>
        Find(provider) is { } known
            ? Problems.OrUnavailableAsync(
                request.HttpContext.Response,
                async () =>
                {
                    await providerSwitch.ResumeAsync(known, cancellationToken);
                    return Results.NoContent();
                }
            )
            : Task.FromResult(NoSuchProvider(provider));

    private static async Task<(string? Note, IResult? Problem)> ReadNoteAsync(
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        // A PUT without a body has no length or none to speak of.
        if (request.ContentLength is null or 0 && request.ContentType is null)
        {
            return (null, null);
        }

        using var body = await RequestBody.ReadAsync(request, MostBytes, cancellationToken);
        if (body.Problem is not null || body.Utf8.IsEmpty)
        {
            return (null, body.Problem);
        }

        var errors = new ValidationErrors();
        string? note = null;
        using var document = JsonInput.Parse(body.Utf8, errors);
        if (document is not null)
        {
            var pause = new JsonObjectReader(document.RootElement, "$", errors);
            note = pause.Text("note", MostNoteCharacters);
            pause.RefuseUnknownFields();
        }

        return (note, errors.Any ? Problems.Invalid(errors) : null);
    }

    private string? Find(string provider) =>
        catalog.Names.FirstOrDefault(name => name.Equals(provider, StringComparison.OrdinalIgnoreCase));

    private IResult NoSuchProvider(string provider) =>
        Problems.NotFound($"There is no provider '{provider}'; known are {string.Join(", ", catalog.Names)}.");
}
