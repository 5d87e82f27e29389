// Numbers from their bits, without garbage.
using System;
using System.Runtime.InteropServices;

namespace A2FLive
{
    /// <summary>IEEE 754 from bits: float32 and float16.</summary>
    internal static class NumberBits
    {
        [StructLayout(LayoutKind.Explicit)]
        private struct Single32
        {
            [FieldOffset(0)] public uint Bits;
            [FieldOffset(0)] public float Value;
        }

        public static float Single(uint bits)
        {
            var both = default(Single32);
            both.Bits = bits;
            return both.Value;
        }

        public static uint Bits(float value)
        {
            var both = default(Single32);
            both.Value = value;
            return both.Bits;
        }

        /// <summary>The float32 that equals a float16.</summary>
        public static float Half(int bits)
        {
            uint sign = (uint)(bits & 0x8000) << 16;
            int exponent = (bits >> 10) & 0x1f;
            uint fraction = (uint)(bits & 0x3ff);
            if (exponent == 0)
            {
                // Zero and the subnormals: multiples of 2^-24, which float32 holds exactly.
                float tiny = fraction * (1f / 16777216f);
                return sign == 0 ? tiny : -tiny;
            }
            uint wide = exponent == 31 ? 0xffu : (uint)(exponent + 112);
            return Single(sign | wide << 23 | fraction << 13);
        }

        public static bool IsFinite(float value)
        {
            return (Bits(value) & 0x7f800000u) != 0x7f800000u;
        }

        public static bool IsFinite(double value)
        {
            return (BitConverter.DoubleToInt64Bits(value) & 0x7ff0000000000000L) != 0x7ff0000000000000L;
        }
    }
}
