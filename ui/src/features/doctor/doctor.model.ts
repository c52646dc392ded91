/** What a check comes to, in the words of the window. */
import { t } from '$i18n/index';
import type { DoctorView, ExaminedView, HopView } from '$ipc/generated';

/** What is examined, by the name people know it by. */
export function nameOf(one: ExaminedView, platform: string): string {
  return one.handle || platform || t.doctor.computer;
}

/** The core's sentences, or the window's own where it speaks another language. */
export function wordsOf(hop: HopView): { means: string; fix: string; exactly: string } {
  const own = hop.diagnosis ? t.doctor.words[hop.diagnosis] : undefined;
  if (t.reasons.fromRust) return { means: hop.means || (own?.means ?? ''), fix: hop.fix, exactly: '' };
  return { means: own?.means ?? '', fix: own?.fix ?? '', exactly: hop.means };
}

/** One sentence for all of it, as it stands. */
export function verdict(view: DoctorView): string {
  if (view.state === 'running') return t.doctor.running;
  const broken = view.examined.filter((one) => one.broken !== null);
  const [first] = broken;
  if (first?.broken && view.examined.length === 1) return t.doctor.brokenAt(t.doctor.hops[first.broken]);
  if (first) return t.doctor.brokenCount(broken.length);
  return view.state === 'cancelled' ? t.doctor.cancelled : t.doctor.sound;
}

/** What was seen, named. */
export function factsOf(hop: HopView): { name: string; value: string }[] {
  return hop.seen.map(({ name, value }) => ({ name: t.doctor.facts[name] ?? name, value }));
}
