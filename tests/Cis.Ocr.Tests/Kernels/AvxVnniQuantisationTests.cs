using Cis.Ocr.Kernels;

namespace Cis.Ocr.Tests.Kernels;

public sealed class AvxVnniQuantisationTests() : QuantisationTests(KernelSet.AvxVnni, steps: 255);
