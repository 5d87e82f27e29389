"""A sound file becomes a table of weights, as fast as the server can: 01_file.py speech.wav > speech.csv"""

import sys

import soundfile

import a2f_live

path, url = (*sys.argv[1:], "ws://localhost:8000")[:2]
speech, sample_rate = soundfile.read(path, dtype="int16")
with a2f_live.connect_sync(url, sample_rate=sample_rate, pace="file", fps=30) as face:
    print("time_s", *face.names, sep=",")
    for frames in face.stream(speech):
        for i, weights in enumerate(frames.weights.tolist()):
            print(frames.time + i / 30, *weights, sep=",")
