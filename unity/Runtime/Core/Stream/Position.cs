// Where the frames received stand, so that none is given twice after a resume.
namespace A2FLive
{
    /// <summary>The last frame received. Frames between utterances are counted apart: their index begins anew each time.</summary>
    internal sealed class Position
    {
        private int _idleUtterance;
        private int _idleIndex = -1;

        public int Utterance { get; private set; }

        /// <summary>Index of the last frame of the utterance, -1 for none.</summary>
        public int Index { get; private set; } = -1;

        /// <summary>Drop what was received before; false if nothing is left.</summary>
        public bool Keep(FrameBlock block)
        {
            int utterance = block.Idle ? _idleUtterance : Utterance;
            int index = block.Idle ? _idleIndex : Index;
            int last = block.Index + block.Count - 1;
            if (block.Utterance < utterance || (block.Utterance == utterance && last <= index))
            {
                return false;
            }
            if (block.Utterance == utterance)
            {
                block.DropFirst(index + 1 - block.Index);
            }
            if (block.Idle)
            {
                _idleUtterance = block.Utterance;
                _idleIndex = last;
            }
            else
            {
                Utterance = block.Utterance;
                Index = last;
                _idleUtterance = 0;
                _idleIndex = -1;
            }
            return true;
        }
    }
}
