import type { options as english } from '$i18n/en/options';

/** Wörter der Felder, die Konten neben Text und Bildern haben. */
export const options: typeof english = {
  title: (name) => `Optionen für ${name}`,
  usual: 'Wie üblich',
  asAccount: 'Wie im Konto eingestellt',
  fields: {
    visibility: 'Sichtbarkeit',
    content_warning: 'Inhaltswarnung',
    sensitive: 'Bilder als heikel kennzeichnen',
    language: 'Sprache',
    poll: 'Umfrage',
  },
  hints: {
    content_warning:
      'Diese Zeile sehen Leser zuerst und öffnen den Rest, wenn sie mögen. Sie zählt zum Text.',
  },
  choices: {
    visibility_public: 'Öffentlich',
    visibility_unlisted: 'Nicht in den Zeitleisten',
    visibility_private: 'Nur Follower',
    visibility_direct: 'Nur erwähnte Personen',
  },
  pollAdd: 'Umfrage hinzufügen',
  pollRemove: 'Umfrage entfernen',
  answer: (n) => `Antwort ${n}`,
  answerAdd: 'Antwort hinzufügen',
  answerRemove: (n) => `Antwort ${n} entfernen`,
  answerLimits: (answers, chars) => `Bis zu ${answers}, je ${chars} Zeichen`,
  life: 'Läuft',
  runs: (life) => `Läuft ${life}`,
  multiple: 'Mehrere Antworten möglich',
  hideTotals: 'Stand bis zum Ende verbergen',
  minutes: { one: '1 Minute', other: '# Minuten' },
  hours: { one: '1 Stunde', other: '# Stunden' },
  days: { one: '1 Tag', other: '# Tage' },
  warningShow: 'Zeigen, was hinter der Warnung steht',
};
