namespace OrderFunctions.Sandbox.Http;

/// <summary>A listed request whose answer is filled in when it is given.</summary>
internal sealed class RequestEntry(string provider, SandboxRequest request)
{
    private const int Unanswered = 0;
    private volatile int _answer = Unanswered;
    private volatile string? _problem;

    public string Provider => provider;

    public void Refused(string? sentence) => _problem = sentence;

    public void Answered(int status) => _answer = status;

    public ReceivedRequest Snapshot()
    {
        var status = _answer;
        return new(
            provider,
            request.At,
            request.Method,
            request.Target,
            request.Headers,
            request.Json,
            status == Unanswered ? null : status,
            _problem
        );
    }
}
