// 16-bit WAV files.
using System;
using System.IO;
using System.Text;

namespace A2FLive.Console
{
    /// <summary>The PCM of a WAV file, as it stands in it.</summary>
    internal sealed class Wav
    {
        private Wav(int sampleRate, int channels, byte[] pcm)
        {
            SampleRate = sampleRate;
            Channels = channels;
            Pcm = pcm;
        }

        public int SampleRate { get; }
        public int Channels { get; }
        public byte[] Pcm { get; }

        public static Wav Read(string path)
        {
            using (var reader = new BinaryReader(File.OpenRead(path)))
            {
                if (Word(reader) != "RIFF" || reader.ReadInt32() < 0 || Word(reader) != "WAVE")
                {
                    throw new InvalidDataException($"{path} is no WAV file");
                }
                int channels = 0, sampleRate = 0;
                while (true)
                {
                    string chunk = Word(reader);
                    int size = reader.ReadInt32();
                    if (chunk == "data")
                    {
                        return new Wav(sampleRate, channels, reader.ReadBytes(size));
                    }
                    byte[] body = reader.ReadBytes(size + size % 2);
                    if (chunk == "fmt ")
                    {
                        channels = BitConverter.ToInt16(body, 2);
                        sampleRate = BitConverter.ToInt32(body, 4);
                        Require(path, BitConverter.ToInt16(body, 0) == 1 && BitConverter.ToInt16(body, 14) == 16);
                    }
                }
            }
        }

        private static void Require(string path, bool pcm16)
        {
            if (!pcm16)
            {
                throw new InvalidDataException($"{path} is not 16-bit PCM: convert it");
            }
        }

        private static string Word(BinaryReader reader)
        {
            return Encoding.ASCII.GetString(reader.ReadBytes(4));
        }
    }
}
