using Microsoft.AspNetCore.Http;
using OrderFunctions.Endpoints;

namespace OrderFunctions.Core.Tests.Endpoints;

public sealed class AfterBodyTests : IDisposable
{
    private readonly DefaultHttpContext _context = new();
    private readonly MemoryStream _body = new(new byte[1000]);
    private long? _readBefore;

    public void Dispose() => _body.Dispose();

    [Fact]
    public async Task The_answer_waits_for_the_rest_of_the_body()
    {
        _context.Request.Body = _body;
        _body.Position = 300;

        await AnswerAsync();

        Assert.Equal(1000, _readBefore);
    }

    [Fact]
    public async Task Who_waits_for_a_word_before_sending_the_body_gets_the_answer_at_once()
    {
        _context.Request.Body = _body;
        _context.Request.Headers.Expect = "100-continue";

        await AnswerAsync();

        Assert.Equal(0, _readBefore);
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_to_its_end_changes_nothing_about_the_answer()
    {
        foreach (
            var error in new Exception[]
            {
                new BadHttpRequestException("too large", 413),
                new OperationCanceledException(),
            }
        )
        {
            _readBefore = null;
            _context.Request.Body = new Broken(error);
            await AnswerAsync();
            Assert.NotNull(_readBefore);
        }
    }

    private Task AnswerAsync() => new AfterBody(new Answer(() => _readBefore = _body.Position)).ExecuteAsync(_context);

    private sealed class Answer(Action given) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            given();
            return Task.CompletedTask;
        }
    }

    private sealed class Broken(Exception error) : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            Task.FromException(error);
    }
}
