namespace Cis.Fuzz.Tests;

/// <summary>The kernels and the guard under sanitizers, on buffers between pages that may not be touched.</summary>
public sealed class NativeTests(ITestOutputHelper output)
{
    [Fact]
    public void Kernels_and_guard_touch_nothing_but_what_they_are_given()
    {
        var program = new FuzzProgram();
        string folder = Path.Combine(Path.GetTempPath(), $"cis-native-{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(folder);
            Assert.SkipUnless(
                HasSanitizers(program, folder),
                "The compiler has no sanitizers: install libasan and libubsan."
            );

            int code = program.RunAt(FuzzProgram.PathOf("tests", "native", "run.sh"), folder);

            output.WriteLine(program.Said);
            Assert.True(code == 0, program.Said);
            Assert.Contains("kernels held, of the sets avx512 vnni\n", program.Said, StringComparison.Ordinal);
            Assert.Contains("kernels held, of the sets avx2", program.Said, StringComparison.Ordinal);
            Assert.Contains("guarded libraries and cut files held", program.Said, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Debian's gcc comes with them, others' have packages of their own.
    private static bool HasSanitizers(FuzzProgram program, string folder)
    {
        string source = Path.Combine(folder, "empty.c");
        File.WriteAllText(source, "int main(void) { return 0; }\n");
        string compile =
            $"\"$(command -v gcc || command -v clang)\" -fsanitize=address,undefined '{source}' -o '{folder}/empty'";
        return program.RunAt("/bin/sh", "-c", compile) == 0;
    }
}
