namespace PatchCore.Edge.Host.Reports;

/// <summary>What the numbers mean, for who has not read the documentation.</summary>
internal static class Definitions
{
    private static readonly (string Word, string Meaning)[] Words =
    [
        ("Image AUROC", "The chance that a defective picture scores higher than a good one; ties count half. It "
            + "knows no threshold: 1 means that one exists that parts all."),
        ("Average precision", "The precision that each gain of recall comes with, averaged."),
        ("Best F1", "The largest harmonic mean of precision and recall over all thresholds, chosen knowing the truth. "
            + "What the bundle's own threshold comes to stands beside it."),
        ("Precision, recall", "Of the pictures that failed, how many are defective; of the defective, how many "
            + "failed."),
        ("False-reject rate", "Of the good pictures, how many failed. The range is where the rate behind so few "
            + "pictures may lie, with 95 % confidence (Clopper and Pearson)."),
        ("Pixel AUROC", "As for pictures, over the pixels of all anomaly maps that have masks, and of good pictures. "
            + "Large defects weigh more."),
        ("AUPRO at 0.3", "How much of each separate defect is covered, averaged over the defects so that small ones "
            + "count as much, over thresholds that cover up to 30 % of the good pixels; divided by 0.3."),
        ("ERROR", "Not inspected: such a picture is in no other number, and on the line the part does not pass."),
    ];

    public static void Write(PageWriter page)
    {
        page.Open("section", ("class", "definitions"));
        page.Open("details");
        page.Leaf("summary", "What the numbers mean");
        page.Open("dl");
        foreach (var (word, meaning) in Words)
        {
            page.Leaf("dt", word);
            page.Leaf("dd", meaning);
        }
        page.Close();
        page.Close();
        page.Close();
    }
}
