using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Kernel;

public class ByteSizeTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.00 KiB")]
    [InlineData(1536, "1.50 KiB")]
    [InlineData(1048575, "1.00 MiB")]
    [InlineData(1L << 40, "1.00 TiB")]
    [InlineData(long.MaxValue, "8.00 EiB")]
    public void Format_Bytes_UsesBinaryUnits(long bytes, string expected) => Assert.Equal(expected, ByteSize.Format(bytes));
}
