"""Sound as the bytes of a file."""

import io
import wave

import numpy as np
import soundfile

from services.audio.sound.take import Mono, Stereo


def samples(
    sound: Mono | Stereo, rng: np.random.Generator | None = None
) -> np.ndarray[tuple[int, ...], np.dtype[np.int16]]:
    """Return 16-bit samples, channels interleaved. With luck given, dithered: quiet tails fade instead of crumbling."""
    scaled = np.atleast_2d(sound).T * np.float32(32767)
    if rng is not None:
        scaled = scaled + rng.random(scaled.shape, np.float32) - rng.random(scaled.shape, np.float32)
    return np.clip(np.round(scaled), -32768, 32767).astype(np.int16)


def wav(sound: Mono | Stereo, rate: int) -> bytes:
    """Return a WAV file."""
    pcm = samples(sound)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(pcm.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm.tobytes())
    return out.getvalue()


def read_wav(data: bytes) -> tuple[Mono, int]:
    """Return the first channel of a 16-bit WAV file, and its rate. Raise ValueError for anything else."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            if file.getsampwidth() != 2:
                raise ValueError(f"a WAV file with {8 * file.getsampwidth()} bits")
            frames = file.readframes(file.getnframes())
            pcm = np.frombuffer(frames, "<i2").reshape(-1, file.getnchannels())
            return pcm[:, 0].astype(np.float32) / np.float32(32768), file.getframerate()
    except (wave.Error, EOFError) as error:
        raise ValueError(f"not a WAV file: {error}") from error


def flac(sound: Mono | Stereo, rate: int, rng: np.random.Generator) -> bytes:
    """Return a FLAC file: exact to the sample, so that a loop stays one, at half the size of a WAV file."""
    out = io.BytesIO()
    soundfile.write(out, samples(sound, rng), rate, format="FLAC", subtype="PCM_16")
    return out.getvalue()
