import type { about as english } from '$i18n/en/about';

export const about: typeof english = {
  version: 'Postroom',
  sqlite: 'SQLite',
  webView: 'Web-Ansicht',
  system: 'Betriebssystem',
  folder: 'Datenordner',
  logs: 'Protokollordner',
  open: 'Öffnen',
  openFolder: 'Den Datenordner öffnen',
  openLogs: 'Den Protokollordner öffnen',
  copy: 'Kopieren',
  copyFolder: 'Den Pfad des Datenordners kopieren',
  copyLogs: 'Den Pfad des Protokollordners kopieren',
  copied: 'Kopiert',
  notCopied: 'Die Zwischenablage hat es nicht angenommen',
  report: 'Alles für eine Meldung kopieren',
  reportBody:
    'Versionen und der Stand der Warteschlange in Zahlen. Kein Konto, kein Text, kein Ordner, kein Geheimnis.',
  licences: 'Lizenzen',
  licencesBody: (n) => `Postroom besteht aus der Arbeit anderer: ${n} Pakete, jedes mit seiner Lizenz.`,
  licencesFind: 'Ein Paket finden',
  licencesTextless: 'Es kam mit dem Namen seiner Lizenz und ohne einen Text.',
  licencesNone: 'Kein Paket mit diesem Namen',
};
