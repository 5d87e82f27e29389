// What has been said and not surely been heard: the log from which a lost connection is made good.
using System;
using System.Collections.Generic;

namespace A2FLive
{
    /// <summary>
    /// Keeps every message until the server has surely got it, in the order in which they must be heard.
    /// Messages wait (`Append`), are sent (`Take`), and leave when an answer shows that they arrived (`Heard`, `Settle`).
    /// After a lost connection `Resume` puts back what the server has not got. An utterance counts from where a server
    /// counts it: it exists from its first byte of audio on, and ends with a flush or a clear.
    /// </summary>
    internal sealed class Unanswered
    {
        /// <summary>Audio kept although frames came for it: an engine may give a frame before it has heard all of its time.</summary>
        private const double MarginS = 1;
        private const double PieceS = 0.5;
        private const int PieceBytes = 64 * 1024;

        private readonly AudioFormat _audio;
        private readonly int _pieceBytes;
        private readonly SaidPool _pool = new SaidPool();
        private readonly List<Said> _spare = new List<Said>();
        private readonly Queue<Said> _sent = new Queue<Said>();
        private readonly Queue<Said> _waiting = new Queue<Said>();
        private long _sentBytes;
        private long _waitingBytes;
        private int _keptUtterance;
        private long _keptOffset;
        private long _offset;

        public Unanswered(AudioFormat audio)
        {
            _audio = audio;
            _pieceBytes = Math.Max(audio.BytesPerFrame, Math.Min(PieceBytes, (int)(PieceS * audio.BytesPerSecond)));
        }

        /// <summary>Utterance that takes the next audio that is sent.</summary>
        public int Utterance { get; private set; }

        /// <summary>Seconds of audio sent and not surely heard.</summary>
        public double SentS
        {
            get { return (double)_sentBytes / _audio.BytesPerSecond; }
        }

        /// <summary>Seconds of audio not sent yet.</summary>
        public double WaitingS
        {
            get { return (double)_waitingBytes / _audio.BytesPerSecond; }
        }

        /// <summary>Whether the server has surely got everything.</summary>
        public bool IsEmpty
        {
            get { return _sent.Count == 0 && _waiting.Count == 0; }
        }

        /// <summary>The message to be sent next; null if none waits.</summary>
        public Said Next
        {
            get { return _waiting.Count > 0 ? _waiting.Peek() : null; }
        }

        /// <summary>Utterance that the audio appended next will belong to.</summary>
        public int NextUtterance
        {
            get
            {
                int utterance = Utterance;
                bool begun = _offset > 0;
                foreach (Said said in _waiting)
                {
                    begun |= said.Kind == SaidKind.Audio;
                    if (said.Ends && begun)
                    {
                        utterance++;
                        begun = false;
                    }
                }
                return utterance;
            }
        }

        /// <summary>Seconds of the audio of a message.</summary>
        public double Seconds(Said said)
        {
            return (double)said.Count / _audio.BytesPerSecond;
        }

        /// <summary>Let audio wait to be sent; long audio is cut, so that no message nears the limits of a server.</summary>
        public void AppendAudio(byte[] pcm, int start, int count)
        {
            for (int end = start + count; start < end; start += _pieceBytes)
            {
                Said said = _pool.Take(SaidKind.Audio, -1);
                said.Count = Math.Min(_pieceBytes, end - start);
                if (said.Pcm.Length < said.Count)
                {
                    said.Pcm = new byte[said.Count];
                }
                Buffer.BlockCopy(pcm, start, said.Pcm, 0, said.Count);
                _waiting.Enqueue(said);
                _waitingBytes += said.Count;
            }
        }

        /// <summary>Let a question wait to be sent; audio that still waits before a clear is withdrawn.</summary>
        public void Append(SaidKind kind, long id, Changes changes = null)
        {
            Said said = _pool.Take(kind, id);
            said.Changes = changes;
            _waiting.Enqueue(said);
            if (kind == SaidKind.Clear)
            {
                Withdraw(_waiting.Count);
            }
        }

        /// <summary>The next message, which counts as sent from now on.</summary>
        public Said Take()
        {
            Said said = _waiting.Dequeue();
            said.Utterance = Utterance;
            said.Offset = _offset;
            _sent.Enqueue(said);
            _waitingBytes -= said.Count;
            _sentBytes += said.Count;
            _offset += said.Count;
            if (said.Ends && _offset > 0)
            {
                Utterance++;
                _offset = 0;
            }
            return said;
        }

        /// <summary>Frames came up to a time of an utterance, so its audio before arrived.</summary>
        public void Heard(int utterance, double timeS)
        {
            long offset = (long)((timeS - MarginS) * _audio.SampleRate) * _audio.BytesPerFrame;
            while (_sent.Count > 0 && _sent.Peek().Kind == SaidKind.Audio && !_sent.Peek().EndsAfter(utterance, offset))
            {
                Forget(_sent.Dequeue());
            }
        }

        /// <summary>A question was answered, so all before it arrived; others stay until they are answered themselves.</summary>
        public void Settle(SaidKind kind, long id)
        {
            if (!Holds(kind, id))
            {
                return;
            }
            bool settled = false;
            for (int left = _sent.Count; left > 0; left--)
            {
                Said said = _sent.Dequeue();
                bool answered = said.Kind == kind && said.Id == id;
                if (settled || (said.Asks && !answered))
                {
                    _sent.Enqueue(said);
                }
                else
                {
                    Forget(said);
                }
                settled |= answered;
            }
        }

        /// <summary>The oldest change of the configuration was answered.</summary>
        public void SettleChange()
        {
            bool settled = false;
            for (int left = _sent.Count; left > 0; left--)
            {
                Said said = _sent.Dequeue();
                if (!settled && said.Kind == SaidKind.Configure)
                {
                    settled = true;
                    _pool.Give(said);
                }
                else
                {
                    _sent.Enqueue(said);
                }
            }
        }

        /// <summary>
        /// Put back what a server that stands there has not got, to be sent again. Throws `session_expired` where it
        /// asks for what is no longer kept, or has more than was sent.
        /// </summary>
        public void Resume(int utterance, long audioBytes)
        {
            bool kept = utterance > _keptUtterance || (utterance == _keptUtterance && audioBytes >= _keptOffset);
            bool sent = utterance < Utterance || (utterance == Utterance && audioBytes <= _offset);
            if (!kept || !sent)
            {
                throw new A2FException(
                    Codes.SessionExpired,
                    $"the server resumed at byte {audioBytes} of utterance {utterance}, which cannot be sent again");
            }
            PutBack(utterance, audioBytes);
            Utterance = _keptUtterance = utterance;
            _offset = _keptOffset = audioBytes;
            _sentBytes = 0;
            Withdraw(LastClear());
            Recount();
        }

        /// <summary>Give up all audio that was not sent yet.</summary>
        public void WithdrawAll()
        {
            Withdraw(_waiting.Count);
        }

        // Steps within

        private void PutBack(int utterance, long audioBytes)
        {
            // Questions that the server got may have lost their answer: asked again, and first, they do no harm.
            _spare.Clear();
            foreach (Said said in _sent)
            {
                if (said.IsBefore(utterance, audioBytes) && said.Asks)
                {
                    _spare.Add(said);
                }
            }
            foreach (Said said in _sent)
            {
                if (!said.IsBefore(utterance, audioBytes))
                {
                    _spare.Add(said);
                }
                else if (said.Kind == SaidKind.Audio && said.Utterance == utterance && said.EndsAfter(utterance, audioBytes))
                {
                    int heard = (int)(audioBytes - said.Offset);
                    said.Start += heard;
                    said.Count -= heard;
                    _spare.Add(said);
                }
                else if (!said.Asks)
                {
                    _pool.Give(said);
                }
            }
            _sent.Clear();
            _spare.AddRange(_waiting);
            _waiting.Clear();
            foreach (Said said in _spare)
            {
                _waiting.Enqueue(said);
            }
            _spare.Clear();
        }

        /// <summary>Withdraw the audio among the first messages that wait.</summary>
        private void Withdraw(int among)
        {
            int count = _waiting.Count;
            for (int i = 0; i < count; i++)
            {
                Said said = _waiting.Dequeue();
                if (i < among && said.Kind == SaidKind.Audio)
                {
                    _pool.Give(said);
                }
                else
                {
                    _waiting.Enqueue(said);
                }
            }
            Recount();
        }

        /// <summary>How many messages wait before the last clear.</summary>
        private int LastClear()
        {
            int at = 0, last = 0;
            foreach (Said said in _waiting)
            {
                if (said.Kind == SaidKind.Clear)
                {
                    last = at;
                }
                at++;
            }
            return last;
        }

        private void Recount()
        {
            _waitingBytes = 0;
            foreach (Said said in _waiting)
            {
                _waitingBytes += said.Count;
            }
        }

        private bool Holds(SaidKind kind, long id)
        {
            foreach (Said said in _sent)
            {
                if (said.Kind == kind && said.Id == id)
                {
                    return true;
                }
            }
            return false;
        }

        private void Forget(Said said)
        {
            _sentBytes -= said.Count;
            if (said.EndsAfter(_keptUtterance, _keptOffset))
            {
                _keptUtterance = said.Utterance;
                _keptOffset = said.Offset + said.Count;
            }
            _pool.Give(said);
        }
    }
}
