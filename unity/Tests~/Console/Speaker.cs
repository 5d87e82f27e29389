// A clip spoken to a server in real time, and the face that comes back, on the console.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;

namespace A2FLive.Console
{
    /// <summary>Does what a game does: sends what has been spoken, hears what has come, shows the frame that is due.</summary>
    internal sealed class Speaker
    {
        private const int TickMs = 8;
        private const double PatienceS = 60;

        private readonly Options _options;
        private readonly Wav _wav;
        private readonly FaceClient _client;
        private readonly FramePlayer _player = new FramePlayer();
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private IWebSocket _socket;
        private double _startedS;
        private double _interruptedS = -1;
        private double _restS = -1;
        private int _at;
        private bool _flushed;
        private bool _cut;
        private double _shownUntilS;
        private long _shownBytes;
        private int _shown;

        public Speaker(Options options)
        {
            _options = options;
            _wav = Wav.Read(options.File);
            var config = new StreamConfig
            {
                Audio = new AudioFormat(AudioFormat.Pcm16, _wav.SampleRate, _wav.Channels),
                Fps = options.Fps,
                Weights = options.Weights,
                Head = options.Head,
                Visemes = options.Visemes,
            };
            _client = new FaceClient(options.Url, config, options.Token, Dial);
            Listen();
        }

        public int Run()
        {
            while (_client.State == FaceState.Connecting)
            {
                Tick();
            }
            _startedS = NowS;
            while (_client.State != FaceState.Ended && NowS - _startedS < PatienceS + _wav.Pcm.Length / (double)BytesPerS)
            {
                Speak();
                Tick();
                Show();
            }
            FaceEnd end = _client.End;
            Tell("ended", "code", end?.Code ?? "timeout", "message", end?.Message, "shown", _shown, "shown_bytes", _shownBytes);
            return end != null && end.Code == Codes.Closed ? 0 : 1;
        }

        private double NowS
        {
            get { return _clock.Elapsed.TotalSeconds; }
        }

        private int BytesPerS
        {
            get { return _client.Config.Audio.BytesPerSecond; }
        }

        private IWebSocket Dial(string url, string token)
        {
            _socket = WebSockets.Factory(url, token);
            return _socket;
        }

        private void Tick()
        {
            _client.Update(NowS);
            Thread.Sleep(TickMs);
        }

        /// <summary>Send what has been spoken since.</summary>
        private void Speak()
        {
            int block = _options.BlockMs * BytesPerS / 1000;
            double spokenS = (NowS - _startedS) * _options.Speed;
            while (!_flushed && _at < _wav.Pcm.Length && (double)_at / BytesPerS <= spokenS)
            {
                int count = Math.Min(block, _wav.Pcm.Length - _at);
                if (!_client.Send(_wav.Pcm, _at, count))
                {
                    break;
                }
                _at += count;
            }
            double sentS = (double)_at / BytesPerS;
            if (_options.InterruptAtS >= 0 && _interruptedS < 0 && sentS >= _options.InterruptAtS)
            {
                Interrupt();
            }
            else if (_options.CutAtS >= 0 && !_cut && sentS >= _options.CutAtS)
            {
                _cut = true;
                _socket.Dispose();
                Tell("cut");
            }
            else if (_at >= _wav.Pcm.Length && !_flushed)
            {
                _flushed = true;
                _client.Flush();
            }
        }

        /// <summary>Barge-in: the face goes to rest, then the clip is spoken anew.</summary>
        private void Interrupt()
        {
            _client.Clear();
            _player.Interrupt();
            _interruptedS = NowS;
            Tell("interrupted", "moving", Largest(_player.Pose.Weights), "next", _client.Utterance);
            _at = 0;
            _startedS = NowS + 0.5;
        }

        private void Show()
        {
            double heardS = (NowS - _startedS) * _options.Speed - 0.1;
            long before = GC.GetAllocatedBytesForCurrentThread();
            _player.Show(_client.Utterance - (_flushed ? 1 : 0), heardS, NowS);
            _shownBytes += GC.GetAllocatedBytesForCurrentThread() - before;
            _shown++;
            if (_interruptedS >= 0 && _restS < 0 && Largest(_player.Pose.Weights) == 0)
            {
                _restS = NowS - _interruptedS;
                Tell("at rest", "after_s", _restS);
            }
            if (!_options.Hex && NowS - _shownUntilS > 0.25)
            {
                _shownUntilS = NowS;
                float jaw = _player.Pose.Weights[Arkit.Index("jawOpen")];
                System.Console.WriteLine($"{heardS,7:0.00} s  jawOpen {jaw:0.00} {new string('#', (int)(40 * jaw))}");
            }
        }

        private void Listen()
        {
            _client.FramesReceived += Take;
            _client.Opened += ready => Tell(
                "opened", "session", ready.Session, "engine", ready.Engine, "resumed", ready.Resumed != null,
                "utterance", ready.Resumed?.Utterance ?? 0, "audio_bytes", ready.Resumed?.AudioBytes ?? 0);
            _client.ConnectionLost += () => Tell("lost");
            _client.Warned += warning => Tell("warning", "code", warning.Code, "message", warning.Message);
            _client.ClearAnswered += cleared => Tell("cleared", "utterance", cleared.Utterance, "dropped_ms", cleared.DroppedMs);
            _client.FlushAnswered += flushed =>
            {
                Tell("flushed", "utterance", flushed.Utterance, "frames", flushed.Frames, "seconds", flushed.Seconds);
                _client.Close();
            };
        }

        private void Take(FrameBlock block)
        {
            _player.Add(block);
            if (!_options.Hex)
            {
                return;
            }
            Tell(
                "frames", "utterance", block.Utterance, "index", block.Index, "count", block.Count, "time", block.TimeS,
                "idle", block.Idle, "final", block.Final, "withdrawn", block.Withdrawn,
                "weights", Hex(block.Weights, block.Count * Arkit.Count),
                "head", block.HasHead ? Hex(block.Head, block.Count * Arkit.HeadCount) : null,
                "visemes", block.HasVisemes ? Hex(block.Visemes, block.Count * Arkit.VisemeCount) : null);
        }

        private void Tell(string what, params object[] pairs)
        {
            Dictionary<string, object> map = Vectors.Map(pairs);
            map["event"] = what;
            map["at"] = NowS;
            System.Console.WriteLine(Json.Of(map));
        }

        private static float Largest(float[] weights)
        {
            float largest = 0;
            foreach (float weight in weights)
            {
                largest = Math.Max(largest, weight);
            }
            return largest;
        }

        private static string Hex(float[] numbers, int count)
        {
            var bytes = new byte[4 * count];
            Buffer.BlockCopy(numbers, 0, bytes, 0, bytes.Length);
            return BitConverter.ToString(bytes).Replace("-", "");
        }
    }
}
