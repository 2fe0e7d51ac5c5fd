using Microsoft.Extensions.Logging.Abstractions;
using PatchCore.Edge.Embeddings;
using PatchCore.Edge.Host.Recipes;
using PatchCore.Edge.Host.Settings;

namespace PatchCore.Edge.Host.Tests.Recipes;

public sealed class RecipeBoardTests(TrainedBundle trained) : IClassFixture<TrainedBundle>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Recipe_takes_the_place_of_another_and_goes_back_on_request()
    {
        Recipe("tight", """{ "Bundle": "../bundle", "Threshold": 1.5, "PixelThreshold": 2.5 }""");
        using var board = Board();
        var before = board.Of("top");

        var change = await board.UseAsync("top", "tight");

        Assert.Null(change.Failure);
        Assert.Equal(("tight", 1.5f, 2.5f), (change.Recipe.Name, change.Recipe.Threshold, change.Recipe.PixelThreshold));
        Assert.Same(change.Recipe, board.Of("top"));
        Assert.Same(before.Model, change.Recipe.Model);
        Assert.Same(before, (await board.RollBackAsync("top")).Recipe);
        Assert.Equal("tight", (await board.RollBackAsync("top")).Recipe.Name);
    }

    [Theory]
    [InlineData("nowhere", "there is none in")]
    [InlineData("empty", "Bundle is missing, expected a folder of a model bundle")]
    [InlineData("lost", "Bundle found no folder")]
    [InlineData("damaged", "bank.faiss")]
    public async Task Recipe_that_cannot_be_used_leaves_the_old_one_and_says_why(string name, string reason)
    {
        Recipe("empty", "{}");
        Recipe("lost", """{ "Bundle": "nothing" }""");
        Recipe("damaged", """{ "Bundle": "../damaged" }""");
        Copy("damaged");
        await File.AppendAllTextAsync(_folder["damaged/bank.faiss"], "x");
        using var board = Board();
        var before = board.Of("top");

        var change = await board.UseAsync("top", name);

        Assert.Contains(reason, change.Failure, StringComparison.Ordinal);
        Assert.Same(before, change.Recipe);
        Assert.Same(before, board.Of("top"));
    }

    [Fact]
    public async Task Nothing_to_go_back_to_is_said()
    {
        using var board = Board();

        var change = await board.RollBackAsync("top");

        Assert.Equal("there is no recipe to go back to: it has not been changed yet", change.Failure);
    }

    [Fact]
    public async Task Bundle_and_recipe_that_change_on_disk_are_taken_up_and_what_is_wrong_is_told_once()
    {
        Recipe("flange", """{ "Bundle": "../own" }""");
        Copy("own");
        using var board = Board(recipe: "flange");
        var told = new List<RecipeChange>();
        board.Changed += told.Add;
        await board.RefreshAsync();
        Assert.Empty(told);

        Recalibrate(_folder["own"], 77);
        await board.RefreshAsync();
        Recipe("flange", """{ "Bundle": "../own", "Threshold": 5 }""");
        await board.RefreshAsync();
        Recipe("flange", """{ "Bundle": "../own", "Treshold": 6 }""");
        await board.RefreshAsync();
        await board.RefreshAsync();

        Assert.Equal([77f, 5f, 5f], told.Select(change => change.Recipe.Threshold));
        Assert.Equal([null, null], told.Take(2).Select(change => change.Failure));
        Assert.Contains("Treshold is an unknown key; did you mean Threshold?", told[2].Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Part_types_are_found_and_follow_their_recipes()
    {
        Recipe("a", """{ "Bundle": "../bundle", "Threshold": 1, "PartTypes": ["A1", "A2"] }""");
        Recipe("b", """{ "Bundle": "../bundle" }""");
        using var board = Board();
        Assert.Equal(("a", "a", null), (Name("A1"), Name("A2"), Name("B1")));

        Recipe("a", """{ "Bundle": "../bundle", "PartTypes": ["A2"] }""");
        Recipe("b", """{ "Bundle": "../bundle", "PartTypes": ["B1"] }""");
        await board.RefreshAsync();

        Assert.Equal((null, "a", "b"), (Name("A1"), Name("A2"), Name("B1")));
        Assert.NotEqual(1, board.ForPartType("A2")!.Threshold);

        string? Name(string type) => board.ForPartType(type)?.Name;
    }

    [Fact]
    public async Task Model_that_nobody_uses_any_more_is_let_go()
    {
        Recipe("flange", """{ "Bundle": "../own" }""");
        Copy("own");
        using var board = Board();
        var left = (await board.UseAsync("top", "flange")).Recipe.Model;
        await board.UseAsync("top", "bundle");
        Assert.True(left.TryShare());
        left.Dispose();

        // Kept while one can go back to it.
        await board.UseAsync("top", "bundle");

        Assert.False(left.TryShare());
    }

    public void Dispose() => _folder.Dispose();

    private RecipeBoard Board(string? recipe = null)
    {
        Directory.CreateDirectory(_folder["recipes"]);
        if (!Directory.Exists(_folder["bundle"]))
            Copy("bundle");
        return new RecipeBoard(
            new EdgeSettings
            {
                Recipes = new RecipesSettings { Folder = _folder["recipes"] },
                Cameras = new()
                {
                    ["top"] = new CameraSettings
                    {
                        Bundle = recipe is null ? _folder["bundle"] : null,
                        Recipe = recipe,
                    },
                },
            },
            new ExecutionOptions(), NullLogger.Instance);
    }

    private static void Recalibrate(string bundle, float threshold) => Recalibration.Run(
        new RecalibrationOptions { BundleDirectory = bundle, Goal = ThresholdGoal.ByHand, Threshold = threshold },
        new TrainedBundle.Silence(), CancellationToken.None);

    private void Recipe(string name, string text)
    {
        Directory.CreateDirectory(_folder["recipes"]);
        _folder.Write($"recipes/{name}.json", text);
    }

    private void Copy(string name)
    {
        foreach (var file in Directory.EnumerateFiles(trained.Bundle, "*", SearchOption.AllDirectories))
        {
            var copy = _folder[Path.Combine(name, Path.GetRelativePath(trained.Bundle, file))];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }
}
