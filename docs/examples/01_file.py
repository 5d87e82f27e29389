"""A sound file becomes frames, as fast as the server can."""

import soundfile

import a2f_live

speech, sample_rate = soundfile.read("speech.wav", dtype="int16")
with a2f_live.connect_sync("ws://localhost:8000", sample_rate=sample_rate, pace="file") as face:
    for frames in face.stream(speech):
        print(f"{frames.time:.2f} s: jaw {frames.weights[0, face.names.index('jawOpen')]:.2f}")
