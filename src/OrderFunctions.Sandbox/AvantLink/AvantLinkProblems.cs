namespace OrderFunctions.Sandbox.AvantLink;

/// <summary>
/// The errors that AvantLink answers. One key is published (seeds: avantlink-order-tracking); those that begin
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
