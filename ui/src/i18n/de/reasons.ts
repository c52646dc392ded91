import type { reasons as english } from '$i18n/en/reasons';

export const reasons: typeof english = {
  fromRust: false,
  exactly: 'Im Einzelnen',
  held: {
    paused: 'Alles ist angehalten. Der Beitrag wartet; nichts geht verloren.',
    missed:
      'Seine Zeit verging, während Postroom ihn nicht senden konnte. Veröffentliche ihn jetzt, gib ihm eine andere Zeit oder sag ihn ab.',
    relink: 'Das Konto muss neu verbunden werden. Der Beitrag wartet; nichts geht verloren.',
    quota: 'Das Kontingent des Kontos ist aufgebraucht. Der Beitrag wartet, bis wieder Platz ist.',
    offline: 'Es gibt kein Netz. Der Beitrag wartet.',
    file_missing:
      'Ein Bild dieses Beitrags fehlt oder ist beschädigt. Füge es wieder hinzu, dann versuch es noch einmal.',
    restored:
      'Diese Daten sind eine Kopie oder eine wiederhergestellte Sicherung. Sieh zuerst beim Konto nach, dann entscheide.',
    vault_locked: 'Der Schlüsselbund ist gesperrt. Entsperre ihn und setze fort; nichts geht verloren.',
    clock_wrong: 'Die Uhr dieses Computers geht falsch. Stelle sie, oder veröffentliche den Beitrag jetzt.',
  },
  notLive: 'Er ist nicht online.',
  partlyLive: (live, parts) => `${live} von ${parts} Teilen sind online, die übrigen nicht.`,
  change: {
    waiting: 'Es wartet, bis es an der Reihe ist.',
    running: 'Es geschieht gerade.',
    retrying: 'Es wird von selbst noch einmal versucht.',
    held: 'Es wartet, bis Konto, Schlüsselbund oder Warteschlange es weitergehen lassen.',
    unconfirmed:
      'Die Plattform hat nicht geantwortet. Postroom sieht nach, was daraus wurde, bevor es noch einmal bittet.',
    done: 'Es ist geschehen.',
    failed: 'Es ist nicht geschehen, oder nicht ganz.',
  },
  givenUp: 'Postroom versucht es nicht mehr von selbst. Versuch es noch einmal, oder ändere ihn zuerst.',
  unconfirmed:
    'Nach dem Senden kam keine Antwort. Postroom sieht nach, ob der Beitrag online ist, bevor noch etwas gesendet wird.',
  needs_decision:
    'Der Beitrag wurde gesendet, und keine Antwort kam. Nichts kann sagen, ob er online ist: sieh in deinem Profil nach und antworte hier.',
};
