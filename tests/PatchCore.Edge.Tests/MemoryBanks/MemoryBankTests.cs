using PatchCore.Edge.MemoryBanks;

namespace PatchCore.Edge.Tests.MemoryBanks;

public class MemoryBankTests
{
    [Fact]
    public void Bank_of_a_coreset_holds_its_patches_in_its_order()
    {
        var store = new EmbeddingStore(2);
        store.Append([0, 0, 1, 1]);
        store.Append([9, 9, 4, 4]);

        var bank = MemoryBank.From(store, Coreset.Select(store, 3));

        Assert.Equal((3, 2), (bank.Count, bank.Dimension));
        Assert.Equal([0f, 0f, 9f, 9f, 4f, 4f], bank.Vectors);
    }

    [Fact]
    public void Bank_without_a_frame_keeps_the_others_in_their_order()
    {
        var store = new EmbeddingStore(2);
        store.Append([0, 0, 1, 1]);
        store.Append([9, 9, 4, 4]);
        var coreset = Coreset.Select(store, 3);

        Assert.Equal([9f, 9f, 4f, 4f], MemoryBank.Without(0, store, coreset)!.Vectors);
        Assert.Equal([0f, 0f], MemoryBank.Without(1, store, coreset)!.Vectors);
        Assert.Null(MemoryBank.Without(0, store, Coreset.Select(store, 1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void Bank_that_is_no_whole_number_of_vectors_is_refused(int length)
    {
        var e = Assert.Throws<ArgumentException>(() => new MemoryBank(new float[length], 2));
        Assert.Contains(
            $"{length} values, expected a multiple of the dimension 2", e.Message, StringComparison.Ordinal);
    }
}
