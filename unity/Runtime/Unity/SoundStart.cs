// When a sound may begin: with its frames, or when they do not come.
namespace A2FLive
{
    /// <summary>Holds a sound until its face is there, but never for long: speech without a face is better than none.</summary>
    internal sealed class SoundStart
    {
        private readonly AvatarDriver _driver;
        private readonly double _leadS;
        private readonly double _patienceS;
        private double _sinceS = double.NaN;

        public SoundStart(AvatarDriver driver, double leadS, double patienceS)
        {
            _driver = driver;
            _leadS = leadS;
            _patienceS = patienceS;
        }

        /// <summary>Whether so much of an utterance's audio may be heard now; `isWhole` if nothing more of it will come.</summary>
        public bool May(int utterance, double availableS, bool isWhole, double nowS)
        {
            if (double.IsNaN(_sinceS))
            {
                _sinceS = nowS;
            }
            if (nowS - _sinceS >= _patienceS)
            {
                return true;
            }
            bool heard = isWhole || availableS >= _leadS;
            double wantedS = System.Math.Min(_leadS, isWhole ? availableS / 2 : _leadS);
            return heard && _driver.Player.HasFrames(utterance, wantedS);
        }
    }
}
