// The course of a stream: what it does with each connection, what it hears, and how it goes on after a loss.
namespace A2FLive
{
    public sealed partial class FaceClient
    {
        // One connection

        private void Dial()
        {
            ResumePoint? resume = null;
            if (Ready != null)
            {
                resume = new ResumePoint
                {
                    Session = Ready.Session,
                    Token = Ready.Token,
                    Utterance = _position.Utterance,
                    Frame = _position.Index,
                };
            }
            _link.Dial(_asked, resume, _nowS);
        }

        private void Serve()
        {
            _link.Look();
            while (_link.IsDialled && _link.TryReceive(_nowS, out ServerMessage message))
            {
                Hear(message);
            }
            if (!_link.IsDialled)
            {
                return;
            }
            if (_link.HasFailed(_nowS, out FaceEnd end))
            {
                Lose(end);
            }
            else if (State == FaceState.Open && _draining && _log.IsEmpty && !_closing)
            {
                Lose(null);
            }
            else if (State == FaceState.Open)
            {
                Speak();
            }
        }

        private void Speak()
        {
            for (Said said = _log.Next; said != null && MayGo(said); said = _log.Next)
            {
                _link.Say(_log.Take());
                if (said.Kind == SaidKind.Clear)
                {
                    // Exact from here on: after a resume the server may count from another number.
                    _wantedFrom = _log.Utterance;
                }
            }
            if (_closing && !_saidBye && _log.Next == null)
            {
                _saidBye = true;
                _link.SayBye();
            }
            _link.KeepAlive(Ready.Limits.IdleS, _nowS);
        }

        private bool MayGo(Said said)
        {
            if (said.Kind != SaidKind.Audio)
            {
                return true;
            }
            double seconds = _log.Seconds(said);
            bool may = _asked.Pace == "live" ? _allowance.May(seconds, _nowS) : _log.SentS < FileWindowS;
            if (may)
            {
                _allowance.Spend(seconds);
            }
            return may;
        }

        // What the server says

        private void Hear(ServerMessage message)
        {
            if (State != FaceState.Open)
            {
                Greet(message);
            }
            else if (message is FrameBlock block)
            {
                HearFrames(block);
            }
            else if (message is Flushed flushed)
            {
                HearFlushed(flushed);
            }
            else if (message is Cleared cleared)
            {
                _log.Settle(SaidKind.Clear, cleared.Id);
                ClearAnswered?.Invoke(cleared);
            }
            else if (message is Marker marker)
            {
                HearMarker(marker);
            }
            else if (message is Configured configured)
            {
                Config = configured.Config;
                _log.SettleChange();
            }
            else
            {
                HearAside(message);
            }
        }

        private void HearAside(ServerMessage message)
        {
            if (message is Error error)
            {
                HearError(error);
            }
            else if (message is Warning warning)
            {
                Warned?.Invoke(warning);
            }
            else if (message is GoAway)
            {
                _draining = true;
            }
            else if (message is Stats stats)
            {
                StatsReceived?.Invoke(stats);
            }
        }

        private void HearFrames(FrameBlock block)
        {
            if (!_position.Keep(block))
            {
                return;
            }
            block.Withdrawn = !block.Idle && block.Utterance < _wantedFrom;
            if (!block.Idle && !block.Final)
            {
                _log.Heard(block.Utterance, block.TimeOf(block.Count - 1));
            }
            FramesReceived?.Invoke(block);
        }

        private void HearFlushed(Flushed flushed)
        {
            // One without an id comes with the end of the stream, which is told by itself.
            if (flushed.Id >= 0)
            {
                _log.Settle(SaidKind.Flush, flushed.Id);
                FlushAnswered?.Invoke(flushed);
            }
        }

        private void HearMarker(Marker marker)
        {
            // Those without an id are the link's own, to see whether the network still carries.
            if (marker.Id >= 0)
            {
                _log.Settle(SaidKind.Marker, marker.Id);
                MarkerAnswered?.Invoke(marker);
            }
        }

        private void HearError(Error error)
        {
            if (error.Fatal)
            {
                Finish(FaceEnd.Of(error.Code, error.Message));
                return;
            }
            if (error.Ref == "configure")
            {
                _log.SettleChange();
            }
            Warned?.Invoke(new Warning(error.Code, error.Message));
        }

        private void Greet(ServerMessage message)
        {
            if (message is Error error)
            {
                Refuse(FaceEnd.Of(error.Code, error.Message));
                return;
            }
            if (!(message is Ready))
            {
                throw new A2FException(
                    Codes.Protocol, "the server began with something else than ready: is it an a2f-live server?");
            }
            bool resuming = Ready != null;
            Ready = (Ready)message;
            if (resuming)
            {
                Resume();
            }
            else
            {
                _allowance = new Allowance(Ready.Limits.BurstS, Ready.Limits.Rate, _nowS);
            }
            Config = Ready.Config;
            _draining = _saidBye = false;
            _openSinceS = _nowS;
            _backoff.Connected();
            State = FaceState.Open;
            Opened?.Invoke(Ready);
        }

        private void Resume()
        {
            if (Ready.Resumed == null)
            {
                throw new A2FException(Codes.SessionExpired, "the server no longer knows the session: begin a new stream");
            }
            int before = _log.NextUtterance;
            _log.Resume(Ready.Resumed.Utterance, Ready.Resumed.AudioBytes);
            int by = _log.NextUtterance - before;
            if (by != 0)
            {
                _wantedFrom += by;
                Renumbered?.Invoke(by);
            }
        }

        // The end of a connection, and of the stream

        private void Lose(FaceEnd end)
        {
            const double steadyS = 1;
            bool wasOpen = State == FaceState.Open;
            if (end != null)
            {
                Refuse(end);
            }
            else if (_closing && _log.IsEmpty)
            {
                Finish(FaceEnd.Of(Codes.Closed, "the stream was closed"));
            }
            else if (Ready == null)
            {
                Finish(FaceEnd.Of(Codes.ConnectionLost, _link.Reason));
            }
            else
            {
                if (wasOpen && _nowS - _openSinceS >= steadyS)
                {
                    _backoff.Reset();
                }
                Retry();
                if (wasOpen)
                {
                    ConnectionLost?.Invoke();
                }
            }
        }

        /// <summary>A server that is full may have room before patience ends; every other refusal is the end.</summary>
        private void Refuse(FaceEnd end)
        {
            if (Ready != null && State == FaceState.Resuming && end.Advice == Advice.Wait)
            {
                Retry();
            }
            else
            {
                Finish(end);
            }
        }

        private void Retry()
        {
            _link.Drop(forGood: false);
            State = FaceState.Resuming;
            double delayS = _backoff.DelayS(_nowS, Ready.Limits.ResumeS);
            _retryAtS = _nowS + delayS;
            if (delayS < 0)
            {
                Finish(FaceEnd.Of(
                    Codes.ConnectionLost,
                    $"the connection was lost and did not come back within {Ready.Limits.ResumeS} s: begin a new stream"));
            }
        }

        private void Finish(FaceEnd end)
        {
            if (State == FaceState.Ended)
            {
                return;
            }
            State = FaceState.Ended;
            End = end;
            _link.Drop(forGood: true);
            Ended?.Invoke(end);
        }
    }
}
