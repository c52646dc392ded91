import type { help as english } from '$i18n/en/help';

export const help: typeof english = {
  title: 'Hilfe',
  search: 'In der Hilfe suchen',
  none: 'Davon steht nichts in der Hilfe.',
  topics: {
    start: 'Erste Schritte',
    states: 'Was die Zustände bedeuten',
    held: 'Warum ein Beitrag wartet',
    trouble: 'Was tun, wenn …',
    questions: 'Fragen',
    keys: 'Tasten',
    guides: 'Plattformen',
  },
  guideOf: (platform) => `Hilfe zu ${platform}`,
  guideLanguage: 'Diesen Text gibt es bisher nur auf Englisch.',
  start: [
    {
      title: 'Ein Konto verbinden',
      body: 'Öffne die Konten und wähle „Konto verbinden“. Das Übungsnetz braucht nirgends ein Konto, und niemand sonst sieht es; damit fängt es sich gut an.',
    },
    {
      title: 'Einen Beitrag schreiben',
      body: 'Wähle beim Verfassen die Konten, schreib, füge Bilder mit Beschreibung hinzu. Für jedes Konto steht da, wie viel Platz verbraucht ist, und die Vorschau zeigt, was wirklich gesendet wird. Entwürfe werden von selbst gesichert.',
    },
    {
      title: 'Eine Zeit wählen',
      body: 'Jetzt, oder Tag und Uhrzeit in deiner Zone. Nach dem Druck auf den Knopf holt „Rückgängig“ alles zurück, solange noch nichts gesendet ist.',
    },
    {
      title: 'Das Fenster schließen',
      body: 'Postroom arbeitet ohne Fenster weiter. Nur wenn du es beendest oder der Computer aus ist oder schläft, geht nichts hinaus.',
    },
    {
      title: 'In die Warteschlange sehen',
      body: 'Zuerst steht da, was dich braucht, dann, was unterwegs ist, was als Nächstes kommt und was erledigt ist, mit dem Link zu jedem Beitrag.',
    },
  ],
  states: {
    scheduled: 'Er wartet auf seine Zeit.',
    publishing: 'Er wird gerade gesendet.',
    retrying:
      'Ein Versuch blieb ohne Wirkung, nichts ist online. Postroom versucht es von selbst wieder; in der Zeile steht, wann.',
    held: 'Er wird nicht gesendet, bis etwas geklärt ist. In der Zeile steht, was; nichts geht verloren.',
    unconfirmed:
      'Er wurde gesendet, aber die Antwort ging verloren. Postroom sieht bei der Plattform nach, ob er online ist, und sendet vorher nichts noch einmal.',
    needs_decision:
      'Er wurde gesendet, es kam keine Antwort, und die Plattform lässt niemanden nachsehen. Sieh selbst in deinem Profil nach und sag, ob er online ist.',
    published: 'Er ist online. Der Link steht in der Zeile.',
    failed:
      'Die Plattform hat ihn abgelehnt, oder jeder Versuch ist gescheitert. Er ist nicht online. Ändere ihn und versuch es noch einmal, oder lass es.',
    cancelled: 'Du hast ihn zurückgeholt, bevor er gesendet wurde.',
  },
  held: {
    paused: 'Du hast alles angehalten. Wähle in der Warteschlange „Fortsetzen“.',
    missed:
      'Der Computer war zu seiner Zeit aus oder im Schlaf, länger als in den Einstellungen erlaubt. Veröffentliche ihn jetzt, gib ihm eine andere Zeit oder sag ihn ab.',
    relink:
      'Die Plattform hat die Erlaubnis seines Kontos beendet. Verbinde das Konto neu, dann geht es weiter.',
    quota: 'Das Konto hat so viel veröffentlicht, wie die Plattform gerade zulässt.',
    offline: 'Es gibt kein Netz. Sobald es wieder da ist, geht es weiter.',
    file_missing:
      'Ein Bild liegt nicht mehr im Datenordner. Hol den Beitrag zu den Entwürfen zurück und füge es noch einmal hinzu.',
    restored:
      'Der Datenordner ist eine Kopie oder eine wiederhergestellte Sicherung; der Beitrag kann inzwischen hinausgegangen sein. Sieh beim Konto nach und entscheide dann.',
    vault_locked: 'Der Schlüsselbund des Systems ist gesperrt. Entsperre ihn, dann geht es weiter.',
    clock_wrong:
      'Die Uhr dieses Computers geht falsch, Beiträge gingen zur falschen Zeit hinaus. Stelle sie; dann geht es weiter.',
  },
  trouble: [
    {
      title: 'ein Beitrag gescheitert ist',
      body: 'Öffne ihn in der Warteschlange. In der Zeile steht, warum und was zu tun ist; unter „Was geschehen ist“ steht jeder Schritt, darunter, was die Plattform wörtlich geantwortet hat.',
    },
    {
      title: 'Postroom fragt, ob ein Beitrag online ist',
      body: 'Öffne dein Profil bei der Plattform und sieh nach. Ist er da, wähle „Er ist online“; dann wird nichts mehr gesendet. Ist er nicht da, wähle „Ist er nicht, senden“.',
    },
    {
      title: 'ein Konto neu verbunden werden muss',
      body: 'Öffne die Konten und wähle „Neu verbinden“. Was auf das Konto gewartet hat, geht danach zu seinen Zeiten weiter.',
    },
    {
      title: 'alles sofort stillstehen muss',
      body: 'Wähle „Alles anhalten“ in der Warteschlange oder im Menü des Infobereichs. Was fällig wird, bleibt hier und fragt dich nach dem Fortsetzen.',
    },
    {
      title: 'der Computer aus war',
      body: 'Ein Beitrag, der sich um ein paar Minuten verspätet, geht noch hinaus. Ein späterer wartet und fragt; wie spät zu spät ist, steht in den Einstellungen unter „Verpasste Beiträge“.',
    },
    {
      title: 'der Schlüsselbund gesperrt oder weg ist',
      body: 'Beiträge warten. Entsperre den Schlüsselbund deines Systems; ist der Schlüssel endgültig weg, verbinde die Konten neu. Was du geschrieben hast, ist damit nicht versiegelt.',
    },
    {
      title: 'die Festplatte voll ist',
      body: 'Mach Platz. Bis dahin lässt sich nichts Neues behalten, deshalb wird auch nichts gesendet; was geplant war, bleibt.',
    },
    {
      title: 'Postroom sagt, ein anderes sei bei der Arbeit',
      body: 'Nur eines darf einen Datenordner benutzen, damit kein Beitrag doppelt hinausgeht. Schließe das andere, auch die Befehlszeile, falls sie dort läuft.',
    },
  ],
  questions: [
    {
      title: 'Kann ein Beitrag doppelt hinausgehen?',
      body: 'Bevor etwas gesendet wird, schreibt Postroom auf, dass es gleich geschieht. Geht die Antwort verloren, sieht es nach, bevor es noch einmal sendet; wo es nicht nachsehen kann, fragt es dich. Bei jedem Konto steht, welches Versprechen gilt.',
    },
    {
      title: 'Wer sieht, was ich schreibe?',
      body: 'Vor dem Veröffentlichen niemand. Einen Postroom-Server gibt es nicht; Beiträge gehen auf direktem Weg zur Plattform. Was den Computer verlässt, steht in den Einstellungen unter „Privatsphäre“.',
    },
    {
      title: 'Wo sind meine Daten?',
      body: 'In einem einzigen Ordner; er steht in den Einstellungen unter „Privatsphäre“. Um auf einen anderen Computer umzuziehen, beende Postroom und kopiere diesen Ordner.',
    },
    {
      title: 'Muss das Fenster offen bleiben?',
      body: 'Nein. Aber Postroom muss laufen, und der Computer muss an sein.',
    },
  ],
};
