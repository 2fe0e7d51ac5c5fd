using PatchCore.Edge.Host.Commanding;
using PatchCore.Edge.Native;

namespace PatchCore.Edge.Host.Tests.Commanding;

public sealed class CommandMemoryTests
{
    [Fact]
    public void Repetitions_of_a_command_that_is_being_done_get_its_answer_up_to_a_bound()
    {
        var memory = new CommandMemory(TimeSpan.FromMinutes(1), TimeProvider.System);
        var first = Message("once");
        Assert.True(memory.Begin(first, out _));

        for (var i = 0; i < 1000; i++)
        {
            Assert.False(memory.Begin(Message("once"), out var early));
            Assert.Null(early);
        }

        var answered = memory.End(first, [1]);
        Assert.Equal(65, answered.Count);
        Assert.Same(first, answered[0]);
        Assert.False(memory.Begin(Message("once"), out var answer));
        Assert.Equal([1], answer);
    }

    private static MosquittoMessage Message(string correlation) =>
        new("factory/s1/top/command", [], 1, false, null, null, correlation);
}
