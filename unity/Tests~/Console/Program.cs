// The package without Unity: a clip streamed to a server from the console, and the golden vectors.
using System;

namespace A2FLive.Console
{
    internal static class Program
    {
        private const string Usage =
            "console URL FILE.wav [--fps 30] [--head] [--visemes] [--weights f32|f16|list] [--token TOKEN] [--speed 1]\n" +
            "        [--block-ms 20] [--interrupt-at SECONDS] [--cut-at SECONDS] [--hex]\n" +
            "streams a 16-bit WAV as it is spoken and shows the jaw; --hex prints every frame as JSON instead.\n" +
            "console vectors   reads `read HEX` and `write HEX` lines: messages to their meaning and back.";

        private static int Main(string[] words)
        {
            if (words.Length == 1 && words[0] == "vectors")
            {
                return Vectors.Run();
            }
            if (words.Length < 2)
            {
                System.Console.Error.WriteLine(Usage);
                return 2;
            }
            try
            {
                return new Speaker(Options.Parse(words)).Run();
            }
            catch (A2FException error)
            {
                System.Console.Error.WriteLine($"{error.Code}: {error.Message}");
                return 1;
            }
        }
    }
}
