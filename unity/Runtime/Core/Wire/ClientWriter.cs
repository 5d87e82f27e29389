// What a client says, as payloads.
using System;
using System.Collections.Generic;

namespace A2FLive
{
    /// <summary>What a client names to go on with a session.</summary>
    internal struct ResumePoint
    {
        public string Session;
        public string Token;
        public int Utterance;
        public int Frame;
    }

    /// <summary>Writes one message after the other into one buffer; audio and questions make no garbage.</summary>
    internal sealed class ClientWriter
    {
        private readonly MsgpackWriter _writer = new MsgpackWriter();

        /// <summary>The payload that was written last: the first `Count` bytes.</summary>
        public byte[] Data
        {
            get { return _writer.Data; }
        }

        public int Count
        {
            get { return _writer.Count; }
        }

        public void Hello(StreamConfig config, ResumePoint? resume = null)
        {
            var usual = new StreamConfig();
            var fields = new List<KeyValuePair<string, Action>>();
            if (!SameAudio(config.Audio, usual.Audio))
            {
                Add(fields, "audio", () => WriteAudio(config.Audio));
            }
            if (!config.Fps.Equals(usual.Fps))
            {
                Add(fields, "fps", () => WriteFps(config.Fps));
            }
            AddText(fields, "weights", config.Weights, usual.Weights);
            if (config.LookaheadMs != usual.LookaheadMs)
            {
                Add(fields, "lookahead_ms", () => _writer.Integer(config.LookaheadMs));
            }
            AddText(fields, "pace", config.Pace, usual.Pace);
            if (config.Emotions.Count > 0)
            {
                Add(fields, "emotions", () => WriteEmotions(config.Emotions));
            }
            AddTrue(fields, "auto_emotion", config.AutoEmotion);
            AddText(fields, "idle", config.Idle, usual.Idle);
            if (config.Profile != null)
            {
                Add(fields, "profile", () => _writer.Value(config.Profile));
            }
            AddText(fields, "engine", config.Engine, null);
            AddTrue(fields, "visemes", config.Visemes);
            AddTrue(fields, "head", config.Head);
            AddTrue(fields, "stats", config.Stats);
            if (config.Seed != 0)
            {
                Add(fields, "seed", () => _writer.Integer(config.Seed));
            }
            if (resume != null)
            {
                Add(fields, "resume", () => WriteResume(resume.Value));
            }
            Write("hello", fields);
        }

        public void Configure(Changes changes)
        {
            var fields = new List<KeyValuePair<string, Action>>();
            if (changes.Emotions != null)
            {
                Add(fields, "emotions", () => WriteEmotions(changes.Emotions));
            }
            if (changes.AutoEmotion != null)
            {
                Add(fields, "auto_emotion", () => _writer.Boolean(changes.AutoEmotion.Value));
            }
            AddText(fields, "idle", changes.Idle, null);
            if (changes.Fps != null)
            {
                Add(fields, "fps", () => WriteFps(changes.Fps.Value));
            }
            if (changes.ChangesProfile)
            {
                Add(fields, "profile", () => _writer.Value(changes.Profile));
            }
            Write("configure", fields);
        }

        public void Audio(byte[] pcm, int start, int count)
        {
            Begin("audio", 1);
            _writer.Text("pcm");
            _writer.Bytes(pcm, start, count);
        }

        /// <summary>`flush`, `clear`, `marker`; a negative id is none.</summary>
        public void Question(string type, long id)
        {
            Begin(type, id < 0 ? 0 : 1);
            if (id >= 0)
            {
                _writer.Text("id");
                _writer.Integer(id);
            }
        }

        /// <summary>`keepalive`, `bye`.</summary>
        public void Plain(string type)
        {
            Begin(type, 0);
        }

        // Steps within

        private void Begin(string type, int fields)
        {
            _writer.Clear();
            _writer.Map(fields + 1);
            _writer.Text("type");
            _writer.Text(type);
        }

        private void Write(string type, List<KeyValuePair<string, Action>> fields)
        {
            Begin(type, fields.Count);
            foreach (KeyValuePair<string, Action> field in fields)
            {
                _writer.Text(field.Key);
                field.Value();
            }
        }

        private static void Add(List<KeyValuePair<string, Action>> fields, string name, Action write)
        {
            fields.Add(new KeyValuePair<string, Action>(name, write));
        }

        private void AddText(List<KeyValuePair<string, Action>> fields, string name, string text, string usual)
        {
            if (text != null && text != usual)
            {
                Add(fields, name, () => _writer.Text(text));
            }
        }

        private void AddTrue(List<KeyValuePair<string, Action>> fields, string name, bool value)
        {
            if (value)
            {
                Add(fields, name, () => _writer.Boolean(true));
            }
        }

        private static bool SameAudio(AudioFormat one, AudioFormat other)
        {
            return one.Encoding == other.Encoding && one.SampleRate == other.SampleRate && one.Channels == other.Channels;
        }

        private void WriteAudio(AudioFormat audio)
        {
            _writer.Map(3);
            _writer.Text("encoding");
            _writer.Text(audio.Encoding);
            _writer.Text("sample_rate");
            _writer.Integer(audio.SampleRate);
            _writer.Text("channels");
            _writer.Integer(audio.Channels);
        }

        private void WriteFps(FrameRate fps)
        {
            _writer.List(2);
            _writer.Integer(fps.Numerator);
            _writer.Integer(fps.Denominator);
        }

        private void WriteEmotions(Dictionary<string, double> emotions)
        {
            _writer.Map(emotions.Count);
            foreach (KeyValuePair<string, double> pair in emotions)
            {
                _writer.Text(pair.Key);
                _writer.Number(pair.Value);
            }
        }

        private void WriteResume(ResumePoint resume)
        {
            _writer.Map(4);
            _writer.Text("session");
            _writer.Text(resume.Session);
            _writer.Text("token");
            _writer.Text(resume.Token);
            _writer.Text("utterance");
            _writer.Integer(resume.Utterance);
            _writer.Text("frame");
            _writer.Integer(resume.Frame);
        }
    }
}
