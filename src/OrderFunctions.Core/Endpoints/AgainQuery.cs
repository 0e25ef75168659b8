using Microsoft.AspNetCore.Http;
using OrderFunctions.Bus;
using OrderFunctions.Json;
using OrderFunctions.Providers;

namespace OrderFunctions.Endpoints;

/// <summary>The query of POST /api/orders/batch by which providers are told anew: again, force, by, askedAt.</summary>
internal static class AgainQuery
{
    private const string Again = "again";
    private const string Force = "force";
    private const string By = "by";
    private const string AskedAt = "askedAt";

    /// <param name="now">When it is asked, unless the caller says so.</param>
    /// <returns>Null: nobody is to be told anew, or the errors say what is wrong.</returns>
    public static AskedAgain? Read(
        IQueryCollection query,
        ProviderCatalog catalog,
        DateTimeOffset now,
        ValidationErrors errors
    )
    {
        if (!query.ContainsKey(Again))
        {
            foreach (var name in new[] { Force, By, AskedAt }.Where(query.ContainsKey))
            {
                errors.Add(name, $"goes with {Again}, which names the providers that are to be told anew");
            }

            return null;
        }

        var names = query[Again]
            .SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))
            .Select(name => name.ToLowerInvariant())
            .Distinct()
            .ToList();
        var enabled = catalog
            .All.Where(provider => provider.Options.Enabled)
            .Select(provider => provider.Name)
            .ToList();
        if (names.Except(enabled).Any())
        {
            errors.Add(
                Again,
                $"must name providers that are enabled, separated by commas: {string.Join(", ", enabled)}"
            );
        }

        var isForced = false;
        if (query.ContainsKey(Force) && !bool.TryParse(query[Force], out isForced))
        {
            errors.Add(Force, "must be true or false");
        }

        var by = query[By].ToString().Trim();
        if (by.Length > AskedAgain.MostCharacters || by.Any(char.IsControl))
        {
            errors.Add(By, $"must be a name of at most {AskedAgain.MostCharacters} characters");
        }

        var at = now;
        if (
            query.ContainsKey(AskedAt)
            && !(Rfc3339.TryParse(query[AskedAt].ToString(), out at) && at <= now.AddMinutes(5))
        )
        {
            errors.Add(AskedAt, "must be a time such as 2026-11-21T14:03:07Z, and not in the future");
        }

        return errors.Any ? null : new AskedAgain(names, at.ToUniversalTime(), by.Length == 0 ? null : by, isForced);
    }
}
