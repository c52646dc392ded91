import type { doctor as english } from '$i18n/en/doctor';
import type { Diagnosis } from '$ipc/generated';
import { plural } from '$i18n/format';

const relink = 'Verbinde das Konto neu. Seine Beiträge und sein Verlauf bleiben.';

const words: Record<Diagnosis, { means: string; fix: string }> = {
  no_network: {
    means: 'Dieser Computer hat kein Netz.',
    fix: 'Verbinde ihn: WLAN einschalten, Kabel einstecken oder den Flugmodus beenden.',
  },
  proxy_unreachable: {
    means: 'Laut System gehen Aufrufe über einen Proxy, und dort antwortet niemand.',
    fix: 'Starte den Proxy, oder nimm ihn aus den Netzwerkeinstellungen des Systems (oder HTTPS_PROXY), und starte Postroom neu.',
  },
  proxy_refuses: {
    means: 'Der Proxy antwortet, lehnt die Verbindung aber ab.',
    fix: 'Bitte den Betreiber des Proxys, sie zu erlauben; oder berichtige seinen Namen und sein Passwort in den Einstellungen des Systems, und starte Postroom neu.',
  },
  no_name: {
    means: 'Der Name des Servers führt nirgendwohin.',
    fix: 'Prüfe den Namen des Servers. Öffnen sich auch keine Webseiten, liegt es an der Namensauflösung (DNS) des Netzes: versuch ein anderes Netz, oder frag den Betreiber.',
  },
  connection_refused: {
    means: 'Der Computer unter dieser Adresse lehnt Verbindungen ab.',
    fix: 'Prüfe die Adresse des Servers. Stimmt sie, ist der Server aus: versuch es später, oder frag den Betreiber.',
  },
  no_connection: {
    means: 'Unter dieser Adresse antwortet niemand.',
    fix: 'Eine Firewall oder das Netz sperrt die Plattform vielleicht: versuch ein anderes Netz. Hilft das nicht, ist der Server aus.',
  },
  practice_off: {
    means: 'Das Übungsnetz läuft nicht.',
    fix: 'Starte es unter Einstellungen, Übungsnetz.',
  },
  certificate_expired: {
    means: 'Das Zertifikat des Servers ist abgelaufen.',
    fix: 'Prüfe das Datum dieses Computers. Stimmt es, muss der Betreiber des Servers das Zertifikat erneuern.',
  },
  certificate_not_yet_valid: {
    means: 'Das Zertifikat des Servers gilt noch nicht.',
    fix: 'Prüfe das Datum dieses Computers: es liegt wahrscheinlich in der Vergangenheit.',
  },
  certificate_wrong_name: {
    means:
      'Das Zertifikat gehört zu einem anderen Server: was antwortet, ist vielleicht nicht die Plattform.',
    fix: 'Prüfe die Adresse des Servers. Auch ein Netz mit Anmeldeseite tut das: öffne eine Seite im Browser und melde dich an.',
  },
  certificate_unknown_issuer: {
    means:
      'Das Zertifikat hat niemand unterschrieben, dem dieser Computer vertraut. Vielleicht liest jemand mit.',
    fix: 'Sieht deine Firma oder ein Virenscanner in Verbindungen hinein, muss das System deren Zertifikat vertrauen; sonst nimm ein anderes Netz. Ohne gutes Zertifikat macht Postroom nie weiter.',
  },
  certificate_unusable: {
    means: 'Das Zertifikat des Servers ist nicht brauchbar.',
    fix: 'Der Betreiber des Servers muss es ersetzen. Ohne gutes Zertifikat macht Postroom nie weiter.',
  },
  no_tls: {
    means: 'Was dort antwortet, spricht kein richtiges https.',
    fix: 'Prüfe Adresse und Port des Servers. Auch eine Firewall oder ein Proxy kann verschlüsselte Verbindungen stören.',
  },
  clock_wrong: {
    means:
      'Die Uhr dieses Computers geht falsch. Anmeldungen scheitern, und Beiträge gingen zur falschen Zeit hinaus.',
    fix: 'Stelle Datum, Uhrzeit und Zeitzone in den Einstellungen des Systems, am besten automatisch.',
  },
  no_answer: {
    means: 'Der Server nahm die Verbindung an, antwortete aber nicht ganz.',
    fix: 'Versuch es später noch einmal. Bleibt es so, versuch ein anderes Netz; vielleicht hält ein Filter die Antworten zurück.',
  },
  sign_in_page: {
    means:
      'An der Stelle der Plattform antwortet eine Seite: wahrscheinlich die, auf der sich dieses Netz anmelden lässt.',
    fix: 'Öffne eine Seite im Browser, melde dich im Netz an, und prüf noch einmal.',
  },
  not_the_platform: {
    means:
      'Was unter dieser Adresse antwortet, ist nicht die Plattform, oder etwas unterwegs ändert ihre Antworten.',
    fix: 'Prüfe die Adresse des Servers. Auch eine Firewall, die in Verbindungen hineinsieht, tut das.',
  },
  platform_down: {
    means: 'Die Plattform hat selbst Schwierigkeiten. Hier ist nichts falsch.',
    fix: 'Warte; Postroom versucht es von selbst wieder. Mehr sagt die Statusseite der Plattform.',
  },
  too_many_calls: {
    means: 'Die Plattform will eine Weile weniger Aufrufe.',
    fix: 'Warte; Postroom macht von selbst weiter, sobald es darf.',
  },
  authorization_unreached: {
    means: 'Die Plattform antwortet, der Server für die Zustimmung aber ist nicht zu erreichen.',
    fix: 'Vielleicht sperrt ein Filter im Netz diesen Server: versuch ein anderes Netz, oder später noch einmal.',
  },
  authorization_down: {
    means: 'Die Seiten für die Zustimmung haben Schwierigkeiten.',
    fix: 'Warte, dann verbinde noch einmal. Verbundene Konten arbeiten solange weiter.',
  },
  ports_taken: {
    means:
      'Der Browser muss zu einem von wenigen Ports dieses Computers zurückkommen, und andere Programme belegen sie alle.',
    fix: 'Schließe die Programme, die diese Ports benutzen, und verbinde noch einmal. Auch ein Neustart gibt sie frei.',
  },
  loopback_blocked: {
    means: 'Ein Port für den Rückweg ließ sich öffnen, aber nicht erreichen.',
    fix: 'Eine Firewall oder ein Schutzprogramm sperrt Verbindungen dieses Computers zu sich selbst (127.0.0.1): erlaube sie für Postroom.',
  },
  no_browser: {
    means: 'Das System kennt keinen Browser für die Seite der Zustimmung.',
    fix: 'Installiere einen und mach ihn zum Standard; oder kopiere den Link aus dem Dialog in einen Browser.',
  },
  key_unavailable: {
    means: 'Der Schlüssel zu Postrooms Geheimnissen ist nicht da.',
    fix: 'Entsperre den Schlüsselbund des Systems, oder sieh unter Schlüssel nach, was damit ist.',
  },
  app_missing: {
    means: 'Die Plattform will eine eigene App von dir, und Postroom kennt noch keine.',
    fix: 'Lege eine an, wie die Anleitung sagt, und trage sie unter Einstellungen, Deine Apps ein.',
  },
  app_refused: {
    means:
      'Die Plattform nimmt deine App nicht an: ihre Kennung ist dort nicht bekannt, oder das Geheimnis stimmt nicht.',
    fix: 'Kopiere Client-ID und Client-Geheimnis neu von der Seite der App und trage sie unter Einstellungen, Deine Apps ein. Ein API-Schlüssel ist keines von beiden.',
  },
  outer_app_id: {
    means:
      'Die Client-ID ist nicht die für diese Plattform: sie gehört zur App darum herum, die für jedes Produkt eigene Kennungen hat, etwa die App-ID einer Facebook-App.',
    fix: 'Öffne auf der Seite der App die Einstellungen der Plattform selbst, kopiere Kennung und Geheimnis, die dort stehen, und trage sie unter Einstellungen, Deine Apps ein.',
  },
  client_forgotten: {
    means: 'Der Server hat Postroom vergessen, wie es manche tun, wenn lange nichts gesendet wurde.',
    fix: 'Verbinde das Konto neu: Postroom meldet sich dann neu an.',
  },
  redirect_refused: {
    means: 'Der Rückweg ist bei deiner App nicht eingetragen, oder nicht Zeichen für Zeichen.',
    fix: 'Kopiere die Rücksprungadressen aus Einstellungen, Deine Apps auf die Seite der App: `localhost` und `127.0.0.1`, der Port und jeder Schrägstrich zählen. Sieh auch nach, ob die Client-ID zu dieser App gehört.',
  },
  scope_refused: {
    means: 'Deine App darf um eine Berechtigung nicht bitten, die Postroom braucht.',
    fix: 'Füge der App die Berechtigung oder das Produkt hinzu, wie die Anleitung sagt.',
  },
  token_missing: {
    means: 'Postroom hat keinen Zugang zu diesem Konto, oder er lässt sich nicht öffnen.',
    fix: relink,
  },
  token_expired: {
    means: 'Der Zugang ist abgelaufen, und die Plattform gab nichts, um ihn zu erneuern.',
    fix: relink,
  },
  token_ended: {
    means:
      'Die Plattform hat den Zugang beendet: er wurde dort zurückgenommen, oder das Passwort wurde geändert.',
    fix: relink,
  },
  token_not_renewed: {
    means: 'Der Zugang muss erneuert werden, und die Plattform tat es gerade nicht.',
    fix: 'Prüf später noch einmal; nichts geht verloren. Bleibt es so, verbinde das Konto neu.',
  },
  scope_missing: {
    means: 'Es wurde nicht alles erlaubt, was Postroom braucht.',
    fix: 'Verbinde das Konto neu und lass auf der Seite der Plattform jedes Häkchen stehen.',
  },
  kind_wrong: {
    means: 'Für ein Konto dieser Art lässt die Plattform keine App so handeln, etwa für das eines Programms.',
    fix: 'Verbinde das Konto eines Menschen: melde dich im Browser damit an.',
  },
  personal_account: {
    means: 'Das Konto ist ein persönliches, und die Plattform lässt Apps nur für professionelle handeln.',
    fix: 'Stelle es dort in den Einstellungen auf ein professionelles Konto um (Unternehmen oder Creator) und prüf noch einmal. Bleibt es so, verbinde das Konto neu.',
  },
  account_restricted: {
    means: 'Die Plattform schränkt das Konto ein: es ist gesperrt oder stillgelegt.',
    fix: 'Melde dich bei der Plattform an und sieh, was sie von dir will. Postroom kann es nicht richten.',
  },
  other_account: {
    means: 'Der Zugang gehört zu einem anderen Konto.',
    fix: 'Verbinde das Konto neu, im Browser mit ihm angemeldet.',
  },
  read_failed: {
    means: 'Die Plattform antwortete etwas, das Postroom nicht versteht.',
    fix: 'Prüf noch einmal. Bleibt es so, kopiere den Bericht und schick ihn denen, die Postroom machen.',
  },
  took_too_long: {
    means: 'Das dauerte länger, als es darf.',
    fix: 'Prüf noch einmal. Bleibt es so, ist das Netz sehr langsam, oder etwas hält Aufrufe auf.',
  },
};

export const doctor: typeof english = {
  title: 'Verbindung prüfen',
  titleOf: (name) => `Verbindung prüfen: ${name}`,
  open: 'Fehler suchen',
  openOf: (name) => `Fehler suchen bei ${name}`,
  body: 'Postroom versucht der Reihe nach alles, was zwischen diesem Computer und deinen Konten liegt, und nennt das Erste, das nicht geht. Es liest nur.',
  computer: 'Dieser Computer',
  trying: 'Wird versucht',
  running: 'Wird geprüft …',
  sound: 'Alles geht.',
  brokenAt: (hop) => `Geht nicht: ${hop}`,
  brokenCount: (n) => plural(n, { one: '1 Verbindung geht nicht.', other: '# Verbindungen gehen nicht.' }),
  cancelled: 'Die Prüfung wurde beendet, bevor alles versucht war.',
  seen: 'Was zu sehen war',
  exactly: 'Im Einzelnen',
  hopsOf: (name) => `Schritte von ${name}`,
  stop: 'Beenden',
  again: 'Noch einmal prüfen',
  copy: 'Bericht kopieren',
  save: 'Bericht speichern …',
  saved: (file) => `Der Bericht ist in ${file}.`,
  reportBody: 'Der Bericht enthält kein Passwort, keinen Zugang und keinen Schlüssel.',
  guide: (platform) => `Anleitung zu ${platform}`,
  everything: 'Alles prüfen',
  settingsTitle: 'Verbindungen',
  settingsBody:
    'Wenn ein Konto nicht geht, findet das hier heraus, woran es liegt: Netz, Name, Zertifikat, Uhr, Berechtigungen und alles andere auf dem Weg.',
  hops: {
    network: 'Netz',
    proxy: 'Proxy',
    name: 'Name des Servers (DNS)',
    connection: 'Verbindung',
    certificate: 'Zertifikat',
    clock: 'Uhr',
    answer: 'Die Plattform antwortet',
    authorization: 'Seiten für die Zustimmung',
    loopback: 'Rückweg vom Browser',
    browser: 'Browser',
    key: 'Schlüssel zu deinen Geheimnissen',
    own_app: 'Deine App',
    client: 'Deine App wird angenommen',
    redirect: 'Rückweg ist eingetragen',
    token: 'Zugang',
    scopes: 'Berechtigungen',
    kind: 'Art des Kontos',
    read: 'Lesen',
  },
  states: {
    ok: 'In Ordnung',
    broken: 'Geht nicht',
    not_tried: 'Nicht versucht',
    not_applicable: 'Nicht nötig',
  },
  remedies: {
    try_again: 'Noch einmal prüfen',
    relink: 'Neu verbinden',
    own_app: 'Deine Apps öffnen',
    practice: 'Übungsnetz starten',
    key: 'Schlüssel öffnen',
  },
  facts: {
    server: 'Server',
    addresses: 'Adressen',
    address: 'Adresse',
    proxy: 'Proxy',
    said: 'Im Wortlaut',
    status: 'Antwort',
    clock: 'Dieser Computer',
    waited: 'Gewartet',
    ports: 'Ports',
    port: 'Port',
    browser: 'Browser',
    redirect: 'Rückweg',
    missing: 'Nicht erlaubt',
    kind: 'Art',
    account: 'Konto',
    access_ends: 'Zugang endet',
    renewable_until: 'Erneuerbar bis',
    renewed_by_itself: 'Wird von selbst erneuert',
  },
  words,
};
