// Frames a second as an exact fraction.
using System;
using System.Globalization;

namespace A2FLive
{
    /// <summary>Frames a second, 1 to 120, as numerator and denominator in lowest terms.</summary>
    public struct FrameRate : IEquatable<FrameRate>
    {
        private const int LargestTerm = 1000000;
        private const int LargestDenominator = 1001;
        private const double NtscTolerance = 1.0 / 5000;

        /// <summary>So many frames in so many seconds. Throws `A2FException` outside 1 to 120 frames a second.</summary>
        public FrameRate(int numerator, int denominator)
        {
            bool terms = numerator >= 1 && numerator <= LargestTerm && denominator >= 1 && denominator <= LargestTerm;
            if (!terms || numerator < denominator || numerator > 120L * denominator)
            {
                throw new A2FException(
                    Codes.BadSetting,
                    $"{numerator}/{denominator} frames a second cannot be used: ask for 1 to 120");
            }
            int common = CommonFactor(numerator, denominator);
            Numerator = numerator / common;
            Denominator = denominator / common;
        }

        /// <summary>Frames in `Denominator` seconds.</summary>
        public int Numerator { get; }

        /// <summary>Seconds, at least 1; 0 only in a rate that was never set.</summary>
        public int Denominator { get; }

        /// <summary>Frames a second.</summary>
        public double PerSecond
        {
            get { return (double)Numerator / Denominator; }
        }

        /// <summary>Seconds from one frame to the next.</summary>
        public double PeriodS
        {
            get { return (double)Denominator / Numerator; }
        }

        /// <summary>The rate that a number means: 29.97 is 30000/1001, others the nearest fraction up to /1001.</summary>
        public static FrameRate Of(double perSecond)
        {
            if (!(perSecond >= 1 && perSecond <= 120))
            {
                string shown = perSecond.ToString(CultureInfo.InvariantCulture);
                throw new A2FException(
                    Codes.BadSetting, $"{shown} frames a second cannot be used: ask for 1 to 120");
            }
            int whole = (int)Math.Round(perSecond);
            if (Math.Abs(perSecond - whole * 1000.0 / LargestDenominator) < NtscTolerance)
            {
                return new FrameRate(whole * 1000, LargestDenominator);
            }
            return Nearest(perSecond);
        }

        /// <summary>Whether both are the same rate.</summary>
        public bool Equals(FrameRate other)
        {
            return Numerator == other.Numerator && Denominator == other.Denominator;
        }

        /// <inheritdoc/>
        public override bool Equals(object other)
        {
            return other is FrameRate && Equals((FrameRate)other);
        }

        /// <inheritdoc/>
        public override int GetHashCode()
        {
            return Numerator * 397 ^ Denominator;
        }

        /// <inheritdoc/>
        public override string ToString()
        {
            return Denominator == 1 ? $"{Numerator}" : $"{Numerator}/{Denominator}";
        }

        private static FrameRate Nearest(double perSecond)
        {
            int best = 1;
            double least = double.MaxValue;
            for (int denominator = 1; denominator <= LargestDenominator && least > 0; denominator++)
            {
                double away = Math.Abs(perSecond - Math.Round(perSecond * denominator) / denominator);
                if (away < least)
                {
                    best = denominator;
                    least = away;
                }
            }
            return new FrameRate((int)Math.Round(perSecond * best), best);
        }

        private static int CommonFactor(int a, int b)
        {
            return b == 0 ? a : CommonFactor(b, a % b);
        }
    }
}
