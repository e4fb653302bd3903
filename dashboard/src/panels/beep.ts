/** Two soft tones, made by the browser: no file, and nothing from another host. */

let audio: AudioContext | null = null;

/** Browsers let a page sound once the person has clicked somewhere; before that nothing is heard. */
export function beep(): void {
  audio ??= new AudioContext();
  void audio.resume();
  tone(audio, 880, 0);
  tone(audio, 660, 0.22);
}

function tone(audio: AudioContext, hertz: number, after: number): void {
  const begin = audio.currentTime + after;
  const loudness = new GainNode(audio, { gain: 0 });
  loudness.gain.setValueAtTime(0, begin);
  loudness.gain.linearRampToValueAtTime(0.16, begin + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.001, begin + 0.2);
  const source = new OscillatorNode(audio, { type: 'sine', frequency: hertz });
  source.connect(loudness).connect(audio.destination);
  source.start(begin);
  source.stop(begin + 0.22);
}
