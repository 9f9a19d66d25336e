namespace Cis.Benchmarks;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["pages", _, _, ..])
        {
            return PageTimer.Run(arguments.AsSpan(1));
        }

        Console.Error.WriteLine("usage: Cis.Benchmarks pages PDF FAMILY [--stock] [--no-kernels]");
        return 2;
    }
}
