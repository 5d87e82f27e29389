// Speech that is heard: a clip, or a stream.
namespace A2FLive
{
    /// <summary>One kind of speech of a tap, from its first sample until the face has come to rest after it.</summary>
    internal interface ISpeech
    {
        /// <summary>Send what can be sent, begin to play when frames are there, tell the driver what is heard. False when all is over.</summary>
        bool Update(double nowS);

        /// <summary>Fall silent at once.</summary>
        void Stop();

        /// <summary>The sound output was set up anew, which stops every source: go on from what was heard last.</summary>
        void Resound();

        /// <summary>A new stream has begun: what is sent from now on belongs to its first utterance.</summary>
        void BeginStream();

        /// <summary>Utterances count from another number since a resume.</summary>
        void Renumber(int by);
    }
}
