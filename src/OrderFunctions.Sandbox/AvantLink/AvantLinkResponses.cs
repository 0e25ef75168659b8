using System.Text.Json.Serialization;
using OrderFunctions.Sandbox.Json;

namespace OrderFunctions.Sandbox.AvantLink;

/// <summary>The documented response to an order (seeds: avantlink-order-tracking).</summary>
internal sealed record AvantLinkSuccess(bool Success);

/// <summary>The documented form of an error (seeds: avantlink-order-tracking).</summary>
internal sealed record AvantLinkError(string Error, string ErrorKey, string Exception);

/// <summary>
/// What AvantLink finds wrong. One error key is published (seeds: avantlink-order-tracking); those that begin
/// with "sandbox." are ours.
/// </summary>
internal static class AvantLinkProblems
{
    public const string BlankKey = "client.model.merchants_tracking.tracking_ids.blank";
    public const string PersonalKey = "sandbox.personal_information";
    public const string InvalidKey = "sandbox.invalid_request";

    public const string Blank = "You must provide at least one tracking id in order to generate a episode_id.";

    /// <summary>The key of the gravest: the published one, then personal information.</summary>
    public static string Key(IReadOnlyList<string> problems) =>
        problems.Contains(Blank) ? BlankKey
        : problems.Any(problem => problem.StartsWith(PersonalInformation.Sentence, StringComparison.Ordinal))
            ? PersonalKey
        : InvalidKey;
}

[JsonSerializable(typeof(AvantLinkSuccess))]
[JsonSerializable(typeof(AvantLinkError))]
internal sealed partial class AvantLinkJson : JsonSerializerContext
{
    public static readonly AvantLinkJson SnakeCase = new(JsonStyle.SnakeCase());
}
