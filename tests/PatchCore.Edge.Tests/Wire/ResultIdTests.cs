using PatchCore.Edge.Tests.Cameras;
using PatchCore.Edge.Wire;

namespace PatchCore.Edge.Tests.Wire;

public sealed class ResultIdTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Ids_grow_and_sort_as_text_while_the_clock_stands_runs_and_is_set_back()
    {
        var source = new ResultIdSource(_clock);
        var ids = new List<ResultId>();
        for (var i = 0; i < 300; i++)
        {
            if (i == 100)
                _clock.Advance(TimeSpan.FromMilliseconds(1));
            if (i == 200)
                _clock.SetUtcNow(_clock.GetUtcNow().AddHours(-1));
            ids.Add(source.Next());
        }

        Assert.Equal(300, ids.Distinct().Count());
        Assert.Equal(ids, ids.Order());
        var texts = ids.ConvertAll(id => id.ToString());
        Assert.Equal(texts, texts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Two_sources_at_the_same_moment_do_not_collide() =>
        Assert.NotEqual(new ResultIdSource(_clock).Next(), new ResultIdSource(_clock).Next());

    [Fact]
    public void Id_says_when_it_was_given_out() =>
        Assert.Equal(_clock.GetUtcNow(), new ResultIdSource(_clock).Next().Time);

    [Fact]
    public void Id_is_written_as_a_ulid()
    {
        // The ULID specification's example: 01ARZ3NDEKTSV4RRFFQ69G5FAV is 1469922850259 ms.
        var id = ResultId.Parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");
        Assert.Equal(1469922850259, id.Time.ToUnixTimeMilliseconds());
        Assert.Equal("01ARZ3NDEKTSV4RRFFQ69G5FAV", id.ToString());
        Assert.Equal("00000000010000000000000000", new ResultId(1, 0).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FA")]
    [InlineData("81ARZ3NDEKTSV4RRFFQ69G5FAV")]
    [InlineData("01ARZ3NDEKTSV4RRFFQ69G5FAU")]
    [InlineData("01arz3ndektsv4rrffq69g5fav")]
    public void Text_that_is_no_id_is_refused(string text) =>
        Assert.Contains(
            $"'{text}'", Assert.Throws<WireException>(() => ResultId.Parse(text)).Message, StringComparison.Ordinal);
}
