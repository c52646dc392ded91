import type { autostart as english } from '$i18n/en/autostart';

export const autostart: typeof english = {
  title: 'Mit dem Computer starten?',
  body: 'Beiträge gehen nur hinaus, solange Postroom läuft. Es kann beim Anmelden von selbst starten, ohne Fenster.',
  yes: 'Beim Anmelden starten',
  no: 'Jetzt nicht',
  later: 'Das lässt sich in den Einstellungen ändern.',
  failed: 'Das ließ sich nicht ändern',
};
