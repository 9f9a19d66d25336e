using Cis.Ocr.Kernels;

namespace Cis.Ocr.Tests.Kernels;

public sealed class VnniQuantizationTests() : QuantizationTests(KernelSet.Vnni, steps: 255);
