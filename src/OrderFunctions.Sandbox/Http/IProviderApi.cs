namespace OrderFunctions.Sandbox.Http;

internal interface IProviderApi
{
    string Name { get; }

    /// <summary>Handles a request as the provider's document says. Segments start with the provider's prefix.</summary>
    Answer Handle(SandboxRequest request);

    /// <summary>A refusal in the provider's form.</summary>
    Answer Refuse(int status, IReadOnlyList<string> problems);

    void Clear();
}
