namespace Cis.Layout;

/// <summary>What becomes of furigana, the readings in small kana over Japanese words. They never cut the sentence.</summary>
public enum FuriganaMode
{
    /// <summary>They follow the block whose words they stand over.</summary>
    After,

    /// <summary>They are left out.</summary>
    Drop,
}
