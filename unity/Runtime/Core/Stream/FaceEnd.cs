// How a stream has ended, and what to do about it.
namespace A2FLive
{
    /// <summary>What a client does after a stream has ended.</summary>
    public enum Advice
    {
        /// <summary>Nothing: it ended in good order, or goes on elsewhere.</summary>
        Nothing,
        /// <summary>Begin a new stream.</summary>
        Renew,
        /// <summary>Wait a little, then begin a new stream.</summary>
        Wait,
        /// <summary>Mend what the message names: the same again would be refused again.</summary>
        Fix,
    }

    /// <summary>Why a stream has ended.</summary>
    public sealed class FaceEnd
    {
        internal FaceEnd(string code, string message, Advice advice)
        {
            Code = code;
            Message = message;
            Advice = advice;
        }

        /// <summary>A stable word for programs; `closed` for an end in good order.</summary>
        public string Code { get; }
        /// <summary>What happened and what to do.</summary>
        public string Message { get; }
        /// <summary>What to do, for programs.</summary>
        public Advice Advice { get; }

        internal static FaceEnd Of(string code, string message)
        {
            return new FaceEnd(code, message, AdviceFor(code));
        }

        /// <summary>What a close code of the server means; null where the connection was lost and may be resumed.</summary>
        internal static FaceEnd OfClose(int closeCode, string reason)
        {
            switch (closeCode)
            {
                case 1000:
                    return new FaceEnd(Codes.Closed, "the stream has ended", Advice.Nothing);
                case 1003:
                case 1007:
                case 1008:
                case 1009:
                case 4400:
                case 4429:
                    return Closed(closeCode, reason, Codes.Protocol, Advice.Fix);
                case 1011:
                case 4408:
                case 4431:
                    return Closed(closeCode, reason, Codes.ConnectionLost, Advice.Renew);
                case 1013:
                    return Closed(closeCode, reason, Codes.ServerFull, Advice.Wait);
                case 4409:
                    return Closed(closeCode, reason, "displaced", Advice.Nothing);
                case 4410:
                    return Closed(closeCode, reason, Codes.SessionExpired, Advice.Renew);
                default:
                    return null;
            }
        }

        private static FaceEnd Closed(int closeCode, string reason, string code, Advice advice)
        {
            string message = string.IsNullOrEmpty(reason) ? $"the server closed the stream with {closeCode}" : reason;
            return new FaceEnd(code, message, advice);
        }

        private static Advice AdviceFor(string code)
        {
            switch (code)
            {
                case Codes.Closed:
                case "displaced":
                    return Advice.Nothing;
                case Codes.ConnectionLost:
                case Codes.ServerFull:
                case "draining":
                case "engine_failed":
                case "engine_timeout":
                    return Advice.Wait;
                case Codes.SessionExpired:
                case "idle_timeout":
                case "slow_reader":
                case "internal":
                    return Advice.Renew;
                default:
                    return Advice.Fix;
            }
        }
    }
}
