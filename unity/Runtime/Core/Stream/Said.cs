// One message of ours that the server may not have got yet.
using System.Collections.Generic;

namespace A2FLive
{
    internal enum SaidKind
    {
        Audio,
        Flush,
        Clear,
        Marker,
        Configure,
    }

    /// <summary>A message and its place in the stream: the utterance, and the bytes of its audio before it.</summary>
    internal sealed class Said
    {
        public SaidKind Kind;
        public long Id;
        public Changes Changes;
        public byte[] Pcm = new byte[0];
        public int Start;
        public int Count;
        public int Utterance;
        public long Offset;

        public bool Ends
        {
            get { return Kind == SaidKind.Flush || Kind == SaidKind.Clear; }
        }

        public bool Asks
        {
            get { return Kind == SaidKind.Marker || Kind == SaidKind.Configure; }
        }

        /// <summary>Whether its place is before another one.</summary>
        public bool IsBefore(int utterance, long offset)
        {
            return Utterance < utterance || (Utterance == utterance && Offset < offset);
        }

        /// <summary>Whether it ends after another place.</summary>
        public bool EndsAfter(int utterance, long offset)
        {
            return Utterance > utterance || (Utterance == utterance && Offset + Count > offset);
        }
    }

    /// <summary>Messages that are done, to be used again: a stream in full flow makes no garbage.</summary>
    internal sealed class SaidPool
    {
        private readonly Stack<Said> _free = new Stack<Said>();

        public Said Take(SaidKind kind, long id)
        {
            Said said = _free.Count > 0 ? _free.Pop() : new Said();
            said.Kind = kind;
            said.Id = id;
            said.Changes = null;
            said.Start = said.Count = 0;
            return said;
        }

        public void Give(Said said)
        {
            _free.Push(said);
        }
    }
}
