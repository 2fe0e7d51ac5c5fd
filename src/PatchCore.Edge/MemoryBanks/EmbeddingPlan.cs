using System.Globalization;

namespace PatchCore.Edge.MemoryBanks;

/// <summary>
/// How the embeddings of the good frames are held in bounded memory. All of them, where they fit; else the frames come
/// in groups, each of which is reduced to its share before the next.
/// </summary>
public sealed record EmbeddingPlan
{
    // Measured: larger groups cover better with as many patches, and cost more a frame (README.md beside this file).
    private const int GroupPatches = 32_768;

    // A group is at most a quarter of what is held, so that its representatives have the rest.
    private const int GroupsInMemory = 4;

    // A fifth of a large group covers it better than the bank will cover that; more costs more than embedding does.
    private const int MostKept = GroupPatches / 5;

    private EmbeddingPlan()
    {
    }

    /// <summary>1: the bank is selected from all patches; 2: from the representatives of groups.</summary>
    public required int Levels { get; init; }

    /// <summary>Frames of a group; all with one level.</summary>
    public required int GroupFrames { get; init; }

    /// <summary>Of the patches of a group, that which is kept; 1 with one level.</summary>
    public required double Share { get; init; }

    /// <summary>Plans for a training.</summary>
    /// <param name="memory">Bytes for patches and for what selecting from them takes.</param>
    /// <param name="frames">Good frames, 1 or more.</param>
    /// <param name="patches">Of a frame, 1 or more.</param>
    /// <param name="dimension">Values of a patch.</param>
    /// <param name="projection">Values of its random projection; 0: none.</param>
    /// <param name="bank">Vectors that the memory bank is to have.</param>
    /// <exception cref="ArgumentException">
    /// The memory does not hold a group and as many representatives as the bank is to have vectors.
    /// </exception>
    public static EmbeddingPlan For(long memory, int frames, int patches, int dimension, int projection, int bank)
    {
        var bytes = BytesOf(dimension, projection);
        var room = Math.Min(memory / bytes, Sketches.MostPatches);
        var total = (long)frames * patches;
        if (total <= room)
            return new EmbeddingPlan { Levels = 1, GroupFrames = frames, Share = 1 };

        var most = (int)Math.Max(1, Math.Min(GroupPatches, room / GroupsInMemory) / patches);
        var groups = (frames + most - 1) / most;
        var groupFrames = (frames + groups - 1) / groups;
        var group = (long)groupFrames * patches;
        var least = Math.Max(bank, groups);
        if (room - group < least)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"the memory is {memory >> 20} MiB, expected {(((group + least) * bytes) >> 20) + 1} or more: "
                    + $"{groupFrames} of {frames} frames with {patches} patches each, and {least} patches to keep"));
        }

        var share = Math.Min((double)MostKept / group, (double)(room - group) / total);
        return new EmbeddingPlan
        {
            Levels = 2,
            GroupFrames = groupFrames,
            Share = Math.Max(share, (double)bank / total),
        };
    }

    /// <summary>Patches that stay of so many.</summary>
    public int Keep(int patches) => Math.Clamp((int)Math.Ceiling(patches * Share), 1, patches);

    // Its values, its projection, its sketch; and an int for each of: its place, its bound, the centers it has met.
    private static long BytesOf(int dimension, int projection) =>
        sizeof(float) * ((long)dimension + projection + Sketches.ValuesOf(dimension) + 3);
}
