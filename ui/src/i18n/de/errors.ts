import type { errors as english } from '$i18n/en/errors';

export const errors: typeof english = {
  words: {
    invalid_request: {
      title: 'Das war nicht zu verstehen',
      body: 'Postroom hat die Anfrage nicht angenommen. Nichts wurde geändert oder gesendet.',
    },
    not_found: {
      title: 'Es ist nicht mehr da',
      body: 'Was du suchst, ist nicht mehr hier. Vielleicht wurde es inzwischen gelöscht oder erledigt.',
    },
    preflight_failed: {
      title: 'Noch nicht bereit',
      body: 'Etwas würde es scheitern lassen. Nichts wurde gesendet; sieh nach, was zu beheben ist.',
    },
    wrong_state: {
      title: 'Nicht mehr möglich',
      body: 'Der Zustand hat sich inzwischen geändert, deshalb ist nichts geschehen.',
    },
    relink_needed: {
      title: 'Das Konto muss neu verbunden werden',
      body: 'Die Plattform hat die Erlaubnis beendet. Beiträge warten; nichts geht verloren.',
    },
    missing_scope: {
      title: 'Eine Berechtigung fehlt',
      body: 'Der Plattform fehlt eine Berechtigung dieses Kontos. Verbinde es neu und stimme allen zu.',
    },
    account_restricted: {
      title: 'Die Plattform schränkt das Konto ein',
      body: 'Melde dich dort an, um zu sehen, warum. Beiträge warten, bis es aufgehoben ist.',
    },
    personal_account: {
      title: 'Ein persönliches Konto',
      body: 'Die Plattform lässt Apps nur für professionelle Konten handeln. Stelle es dort auf ein Unternehmens- oder Creator-Konto um und versuch es dann noch einmal.',
    },
    app_refused: {
      title: 'Die Plattform nimmt deine App nicht an',
      body: 'Ihre Kennung, ihr Geheimnis oder der Rückweg ist nicht so, wie die Plattform sie kennt. Prüf sie unter Einstellungen, Deine Apps.',
    },
    credentials_refused: {
      title: 'Name oder Passwort abgelehnt',
      body: 'Die Plattform nimmt sie nicht an. Prüfe beide; nimm ein App-Passwort, nicht dein übliches.',
    },
    consent_refused: {
      title: 'Du hast im Browser nicht zugestimmt',
      body: 'Nichts wurde verbunden. Fang neu an, wann immer du magst.',
    },
    link_timed_out: {
      title: 'Das Verbinden hat zu lange gedauert',
      body: 'Der Browser hat nicht rechtzeitig geantwortet. Nichts wurde behalten; versuch es noch einmal.',
    },
    link_cancelled: { title: 'Das Verbinden wurde abgebrochen', body: 'Nichts wurde behalten.' },
    link_mismatch: {
      title: 'Der Browser hat auf etwas anderes geantwortet',
      body: 'Die Antwort gehörte nicht zu diesem Versuch und wurde nicht benutzt. Versuch es noch einmal.',
    },
    rate_limited: {
      title: 'Die Plattform bittet um Geduld',
      body: 'Sie begrenzt, wie oft Anfragen kommen dürfen. Postroom versucht es von selbst wieder, sobald es darf.',
    },
    quota_exhausted: {
      title: 'Das Kontingent ist aufgebraucht',
      body: 'Die Plattform nimmt gerade keine Beiträge mehr. Der Beitrag wartet und geht hinaus, wenn wieder Platz ist.',
    },
    content_rejected: {
      title: 'Die Plattform hat den Text abgelehnt',
      body: 'Ändere den Text und sende ihn noch einmal.',
    },
    media_rejected: {
      title: 'Die Plattform hat ein Bild abgelehnt',
      body: 'Tausche das Bild und sende den Beitrag noch einmal.',
    },
    media_unreadable: {
      title: 'Dieses Bild ist nicht brauchbar',
      body: 'Postroom öffnet JPEG, PNG, GIF und WebP. Die Datei wurde nicht hinzugefügt.',
    },
    media_too_large: {
      title: 'Das Bild ist zu groß',
      body: 'Es ist größer, als Postroom öffnet. Mach es kleiner und füge es noch einmal hinzu.',
    },
    file_missing: {
      title: 'Die Datei eines Bildes ist weg',
      body: 'Sie liegt nicht mehr im Datenordner. Füge das Bild noch einmal hinzu.',
    },
    remote_not_found: {
      title: 'Die Plattform kennt es nicht',
      body: 'Wonach gefragt wurde, gibt es dort nicht oder nicht mehr.',
    },
    changed_elsewhere: {
      title: 'Er wurde anderswo geändert',
      body: 'Der Beitrag lautet dort anders, als Postroom ihn zuletzt geschrieben hat. Er bleibt so; ändere ihn auf der Plattform.',
    },
    unsupported: {
      title: 'Die Plattform kann das nicht',
      body: 'Dieser Server oder dieses Konto bietet es nicht an.',
    },
    platform_unavailable: {
      title: 'Die Plattform ist ausgefallen',
      body: 'Sie hat gerade selbst Schwierigkeiten. Postroom versucht es von selbst wieder.',
    },
    offline: {
      title: 'Keine Verbindung',
      body: 'Die Plattform ist nicht zu erreichen. Beiträge warten und gehen hinaus, wenn das Netz zurück ist.',
    },
    certificate_refused: {
      title: 'Der Server kann sich nicht ausweisen',
      body: 'Seinem Zertifikat ist nicht zu trauen, darum wurde nichts gesendet. Prüf seine Adresse und das Datum dieses Computers.',
    },
    platform_protocol: {
      title: 'Die Plattform hat etwas Unerwartetes geantwortet',
      body: 'Postroom konnte mit der Antwort nichts anfangen. Sieh in die Einzelheiten.',
    },
    outcome_unknown: {
      title: 'Gesendet, aber ohne Antwort',
      body: 'Der Beitrag ist vielleicht online. Sieh in deinem Profil nach, bevor du ihn noch einmal sendest.',
    },
    time_moved: {
      title: 'Geht zu einer anderen Zeit hinaus',
      body: 'Seine Zeit war vergangen, oder die Regeln seiner Zeitzone haben sich geändert. Sieh nach, ob du das noch willst.',
    },
    missed: {
      title: 'Die Zeit ist verstrichen',
      body: 'Postroom konnte zu dieser Zeit nicht laufen. Es wurde nichts gesendet; entscheide, was geschieht.',
    },
    clock_wrong: {
      title: 'Die Uhr dieses Computers geht falsch',
      body: 'Sie weicht von den Uhren der Plattformen ab. Geplante Beiträge warten, bis sie übereinstimmen; stelle die Uhr, oder veröffentliche jetzt.',
    },
    vault_unavailable: {
      title: 'Deine Passwörter sind gesperrt',
      body: 'Kein Schlüssel öffnet den versiegelten Zugang. Entsperre den Schlüsselbund und versuch es noch einmal.',
    },
    vault_corrupt: {
      title: 'Ein versiegelter Wert geht nicht auf',
      body: 'Er ist beschädigt oder stammt von einem anderen Computer. Verbinde das Konto neu.',
    },
    profile_busy: {
      title: 'Ein anderes Postroom ist bei der Arbeit',
      body: 'Es hält diesen Datenordner, damit kein Beitrag doppelt hinausgeht. Schließe es dort zuerst.',
    },
    profile_copied: {
      title: 'Das ist eine Kopie der Daten',
      body: 'Vielleicht wurde sie wiederhergestellt. Alles ist angehalten, bis du nachgesehen hast, was hinausging.',
    },
    database_unusable: {
      title: 'Die Daten lassen sich nicht öffnen',
      body: 'Die Datenbank ist beschädigt oder stammt von einer neueren Version. Nichts wurde überschrieben.',
    },
    storage_failed: {
      title: 'Die Festplatte verweigert sich',
      body: 'Sie ist voll oder lässt sich nicht beschreiben. Mach Platz; das zuletzt Geschriebene ist nicht gesichert.',
    },
    not_available: {
      title: 'Nicht in dieser Version',
      body: 'Diese Version von Postroom kann das noch nicht.',
    },
    internal: {
      title: 'Postroom hat einen Fehler gemacht',
      body: 'Der Fehler liegt bei uns. Was du geschrieben hast, ist sicher; die Einzelheiten helfen, ihn zu beheben.',
    },
  },
  actions: {
    relink: 'Neu verbinden',
    retry: 'Noch einmal versuchen',
    edit: 'Ändern',
    look: 'Zuerst nachsehen',
    wait: 'Nichts zu tun',
    settings: 'Einstellungen öffnen',
    none: '',
  },
};
