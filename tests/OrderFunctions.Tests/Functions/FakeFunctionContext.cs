using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace OrderFunctions.Tests.Functions;

/// <summary>One call of a function, as far as our middleware may look at it.</summary>
/// <param name="http">Null: a queue's message triggered it.</param>
internal sealed class FakeFunctionContext(HttpContext? http, CancellationToken cancellationToken) : FunctionContext
{
    public override string InvocationId => throw new NotSupportedException();

    public override string FunctionId => throw new NotSupportedException();

    public override TraceContext TraceContext => throw new NotSupportedException();

    public override BindingContext BindingContext => throw new NotSupportedException();

    public override RetryContext RetryContext => throw new NotSupportedException();

    public override IServiceProvider InstanceServices { get; set; } = null!;

    public override FunctionDefinition FunctionDefinition => throw new NotSupportedException();

    /// <summary>Where the ASP.NET Core integration keeps the HTTP context.</summary>
    public override IDictionary<object, object> Items { get; set; } =
        http is null
            ? new Dictionary<object, object>()
            : new Dictionary<object, object> { ["HttpRequestContext"] = http };

    public override IInvocationFeatures Features => throw new NotSupportedException();

    public override CancellationToken CancellationToken => cancellationToken;
}
