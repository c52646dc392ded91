import type { keys as english } from '$i18n/en/keys';

export const keys: typeof english = {
  title: 'Schlüssel',
  body: 'Passwörter und Zugänge sind versiegelt, und ein Schlüssel öffnet sie alle. Heb dir einen Wiederherstellungsschlüssel auf: Ohne Schlüsselbund oder Passphrase öffnet sie sonst nichts.',
  place: 'Wo der Schlüssel liegt',
  keychain: 'Schlüsselbund des Systems',
  keychainBody: 'Dein System öffnet ihn, wenn du dich anmeldest. Nichts zu merken.',
  passphrase: 'Passphrase',
  passphraseBody:
    'Postroom fragt bei jedem Start danach, und Beiträge warten, bis sie eingegeben ist. Für Computer ohne Schlüsselbund.',
  newPassphrase: 'Neue Passphrase',
  again: 'Noch einmal',
  tooShort: (n) => `Sie braucht mindestens ${n} Zeichen.`,
  notTheSame: 'Die beiden sind nicht gleich.',
  open: 'Öffnen',
  opened: 'Offen. Beiträge, die gewartet haben, gehen weiter.',
  choose: 'Wählen, wo der Schlüssel liegt',
  chooseBody:
    'Noch ist nichts versiegelt. Das erste Passwort und der erste Zugang werden es, mit diesem Schlüssel.',
  chooseGo: 'Schlüssel machen',
  move: 'Woanders aufbewahren',
  moveOrChange: 'Neue Passphrase oder anderer Ort',
  moveBody:
    'Ein neuer Schlüssel entsteht und alles wird damit neu versiegelt. Ein Wiederherstellungsschlüssel, den du hast, endet mit dem alten.',
  moveGo: 'Neuen Schlüssel machen',
  moved: 'Fertig. Alles ist mit dem neuen Schlüssel versiegelt.',
  replace: 'Alle Schlüssel ersetzen',
  replaceAsk: 'Alle Schlüssel ersetzen?',
  replaceAskBody:
    'Jedes Konto bekommt einen anderen Schlüssel, das Profil auch. Konten bleiben verbunden. Frühere Kopien des Datenordners lassen sich dann nicht mehr öffnen, und ein Wiederherstellungsschlüssel, den du hast, endet.',
  replaced: 'Alle Schlüssel sind neu.',
  recoveryKey: 'Wiederherstellungsschlüssel',
  recoveryNone:
    'Keiner. Gehen Schlüsselbund oder Passphrase verloren, muss jedes Konto neu verbunden werden.',
  recoveryMade: (day) =>
    `Gemacht am ${day}. Postroom bewahrt ihn nicht auf und kann ihn nicht noch einmal zeigen.`,
  make: 'Wiederherstellungsschlüssel machen',
  remake: 'Einen anderen machen',
  remakeAsk: 'Einen anderen Wiederherstellungsschlüssel machen?',
  remakeAskBody: 'Der aufgeschriebene öffnet dann nichts mehr.',
  recoveryShown:
    'Schreib ihn auf oder druck ihn aus und bewahre ihn nicht auf diesem Computer auf. Er ist nur jetzt zu sehen.',
  written: 'Ich habe ihn',
  recover: 'Wiederherstellungsschlüssel verwenden',
  recoverBody:
    'Er öffnet das Profil einmal. Danach entsteht ein neuer Schlüssel, der dort liegt, wo du sagst.',
  recoverGo: 'Öffnen und neuen Schlüssel machen',
  recovered: 'Wieder offen. Mach einen neuen Wiederherstellungsschlüssel: Der alte ist verbraucht.',
  recoveryKeyHint:
    'Wie du ihn aufgeschrieben hast; Leerzeichen und Großbuchstaben sind egal. Beim Tippen ist er nicht zu sehen.',
  recoveryKeyMissing: 'Gib den Wiederherstellungsschlüssel ein.',
};
