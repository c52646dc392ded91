import { bytes, minuteOfDay, number, plural } from '$i18n/format';
import type { FindingPlace, findings as english } from '$i18n/en/findings';

const over = (place: FindingPlace): number => Math.max(0, (place.actual ?? 0) - (place.limit ?? 0));

function ago(minutes: number): string {
  if (minutes >= 2_880) return plural(Math.floor(minutes / 1_440), { one: '1 Tag', other: '# Tagen' });
  if (minutes >= 120) return plural(Math.floor(minutes / 60), { one: '1 Stunde', other: '# Stunden' });
  return plural(minutes, { one: '1 Minute', other: '# Minuten' });
}

function before(minutes: number): string {
  if (minutes >= 2_880) return plural(Math.floor(minutes / 1_440), { one: '1 Tag', other: '# Tage' });
  if (minutes >= 120) return plural(Math.floor(minutes / 60), { one: '1 Stunde', other: '# Stunden' });
  return plural(minutes, { one: '1 Minute', other: '# Minuten' });
}

export const findings: typeof english = {
  part: (n) => `Teil ${n}: `,
  everywhere: 'Der Beitrag',
  texts: {
    no_accounts: () => 'Es ist kein Konto gewählt; der Beitrag ginge nirgendwohin.',
    empty: ({ part }) => `${part}Noch gibt es weder Text noch Bild.`,
    text_too_long: (place) =>
      `${place.part}${plural(over(place), { one: '1 Zeichen', other: '# Zeichen' })} zu viel für ${place.who}; dort passen ${number(place.limit ?? 0)}. Von selbst wird nichts gekürzt.`,
    too_many_images: ({ part, who, actual, limit }) =>
      `${part}${who} nimmt ${plural(limit ?? 0, { one: '1 Bild', other: '# Bilder' })}, hier sind es ${number(actual ?? 0)}.`,
    image_type: ({ part, who }) => `${part}${who} nimmt keine Bilder dieser Art.`,
    image_too_large: ({ part, who, limit }) =>
      `${part}Ein Bild lässt sich nicht klein genug machen für ${who}${limit === null ? '' : ` (höchstens ${bytes(limit)})`}.`,
    alt_missing: ({ part }) =>
      `${part}Ein Bild hat keinen Alt-Text. Wer es nicht sehen kann, erfährt nichts davon.`,
    alt_too_long: (place) =>
      `${place.part}Der Alt-Text ist für ${place.who} um ${plural(over(place), { one: '1 Zeichen', other: '# Zeichen' })} zu lang.`,
    too_many_parts: ({ who, limit }) =>
      limit === 1
        ? `${who} nimmt keine Threads.`
        : `${who} nimmt Threads mit höchstens ${number(limit ?? 0)} Teilen.`,
    account_needs_relink: ({ who }) => `${who} muss neu verbunden werden, bevor dort etwas erscheinen kann.`,
    only_linked: ({ who }) =>
      `Über ${who} kann noch nichts veröffentlicht werden; das Konto ist nur verbunden.`,
    time_past: ({ actual }) =>
      actual === null || actual < 1 ? 'Diese Zeit ist eben vorbeigegangen.' : `Das war vor ${ago(actual)}.`,
    time_does_not_exist: ({ actual }) =>
      `Diese Uhrzeit gibt es nicht: Die Uhren springen darüber hinweg.${actual === null ? '' : ` Die nächste ist ${minuteOfDay(actual)}.`}`,
    time_twice: () =>
      'Diese Uhrzeit gibt es zweimal, weil die Uhren zurückgestellt werden. Sag, welche gemeint ist.',
    file_missing: ({ part }) => `${part}Die Datei eines Bildes ist nicht mehr im Datenordner.`,
    same_text_soon: ({ who }) => `Derselbe Text geht binnen einer Stunde an ${who}. Ist das so gewollt?`,
    link_not_shown: ({ part, who }) =>
      `${part}${who} zeigt hier einen Link oder eine Erwähnung als einfachen Text.`,
    option_invalid: ({ who, option, limit }) =>
      limit === null
        ? `${who} nimmt diesen Wert von „${option ?? ''}“ nicht.`
        : `${who} nimmt diesen Wert von „${option ?? ''}“ nicht: Die Grenze ist ${number(limit)}.`,
    option_unknown: ({ who, option }) => `${who} hat keine Einstellung „${option ?? ''}“.`,
    comment_too_long: (place) => `Der erste Kommentar ist ${over(place)} Zeichen zu lang für ${place.who}.`,
    comment_not_sent: ({ who }) => `${who} nimmt keinen ersten Kommentar; der Beitrag geht ohne ihn hinaus.`,
    poll_with_media: ({ part, who }) =>
      `${part}${who} nimmt entweder eine Umfrage oder Bilder, nicht beides.`,
    account_restricted: ({ who }) =>
      `Die Plattform schränkt ${who} ein. Melde dich dort an und sieh nach, was sie verlangt.`,
    access_ends: ({ who, actual }) =>
      actual === null
        ? `Der Zugang zu ${who} endet, bevor dies fällig ist.`
        : `Der Zugang zu ${who} endet ${before(Math.max(0, actual))} davor. Verbinde das Konto neu.`,
    permission_missing: ({ who }) => `${who} hat eine Erlaubnis nicht erteilt, die hierfür nötig ist.`,
    quota_used_up: ({ who, limit }) =>
      limit === null
        ? `Bis dahin geht mehr über ${who} hinaus, als die Plattform nimmt.`
        : `Bis dahin geht mehr über ${who} hinaus als die ${number(limit)}, die die Plattform nimmt.`,
    clock_wrong: () => 'Die Uhr dieses Computers geht falsch. Stelle sie.',
    queue_paused: () => 'Alles ist angehalten. Setze die Warteschlange fort.',
    keychain_locked: () => 'Der Schlüsselbund ist gesperrt. Entsperre ihn.',
    platform_in_trouble: ({ who }) => `Die Plattform von ${who} hat gerade Schwierigkeiten.`,
  },
  actions: {
    choose_account: 'Konto wählen',
    write: 'Etwas schreiben',
    split: 'In einen Thread teilen',
    shorten: 'Zurück zum Text',
    drop_pictures: 'Die ersten behalten',
    remove_picture: 'Bild entfernen',
    alt_text: 'Alt-Text hinzufügen',
    alt_shorten: 'Kürzen',
    join_parts: 'Zurück zum Text',
    relink: 'Neu verbinden',
    pick_time: 'Andere Zeit wählen',
    edit_option: 'Zur Option',
    drop_option: 'Weglassen',
    drop_poll: 'Umfrage entfernen',
    now: 'Stattdessen jetzt',
    pass: 'Auswählen',
  },
};
