// Which clock a face goes by.
namespace A2FLive
{
    /// <summary>The clock of a sound while one is heard; else frames are shown as they come.</summary>
    internal sealed class PlaybackPlace
    {
        private enum Mode
        {
            Live,
            Held,
            Heard,
        }

        private Mode _mode;
        private int _utterance;
        private double _timeS;

        public void Set(int utterance, double timeS)
        {
            _mode = Mode.Heard;
            _utterance = utterance;
            _timeS = timeS;
        }

        public void Hold()
        {
            _mode = Mode.Held;
        }

        public void End()
        {
            _mode = Mode.Live;
        }

        public void Renumber(int by)
        {
            _utterance += by;
        }

        public void Show(FramePlayer player, double nowS)
        {
            if (_mode == Mode.Heard)
            {
                player.Show(_utterance, _timeS, nowS);
            }
            else if (_mode == Mode.Held)
            {
                player.ShowIdle(nowS);
            }
            else
            {
                player.ShowLive(nowS);
            }
        }
    }
}
