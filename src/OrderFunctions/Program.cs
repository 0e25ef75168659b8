using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderFunctions.App.Credentials;
using OrderFunctions.App.Functions;
using OrderFunctions.App.Hosting;
using OrderFunctions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<SecurityHeadersMiddleware>();
builder.UseMiddleware<ExceptionMiddleware>();

// One for Service Bus, tables, vault and telemetry: it caches its tokens.
var credential = AzureCredential.Create(builder.Configuration);
builder.Services.AddSingleton(credential);
builder.AddTelemetry(credential);
return await HostStart.RunAsync(async () =>
{
    builder.Services.AddFunctionsApp(builder.Configuration);
    using var host = builder.Build();
    HostStart.PrintBudget(host.Services);
    await host.RunAsync();
    return 0;
});
