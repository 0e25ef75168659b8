using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrderFunctions.App.Credentials;
using OrderFunctions.App.Functions;
using OrderFunctions.App.Hosting;
using OrderFunctions.Hosting;
using OrderFunctions.Providers;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.UseMiddleware<ExceptionMiddleware>();

// One for Service Bus, tables, vault and telemetry: it caches its tokens.
var credential = AzureCredential.Create(builder.Configuration);
builder.Services.AddSingleton(credential);
builder.AddTelemetry(credential);
try
{
    builder.Services.AddFunctionsApp(builder.Configuration);
}
catch (SettingsException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 1;
}

using var host = builder.Build();
var providers = host.Services.GetRequiredService<ProviderCatalog>().All;
Console.WriteLine(AttemptBudget.Table(providers));
if (AttemptBudget.Warning(providers) is { } warning)
{
    await Console.Error.WriteLineAsync(warning);
}

await host.RunAsync();
return 0;
