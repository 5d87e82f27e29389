// Names of fields as bytes, so that reading a message makes no strings.
using System.Text;

namespace A2FLive
{
    internal static class Keys
    {
        public static readonly byte[] Type = Of("type");
        public static readonly byte[] Utterance = Of("utterance");
        public static readonly byte[] Index = Of("index");
        public static readonly byte[] Count = Of("count");
        public static readonly byte[] Weights = Of("weights");
        public static readonly byte[] Time = Of("time");
        public static readonly byte[] Head = Of("head");
        public static readonly byte[] Visemes = Of("visemes");
        public static readonly byte[] Idle = Of("idle");
        public static readonly byte[] Final = Of("final");
        public static readonly byte[] Fps = Of("fps");
        public static readonly byte[] Frames = Of("frames");

        public static byte[] Of(string name)
        {
            return Encoding.ASCII.GetBytes(name);
        }
    }
}
