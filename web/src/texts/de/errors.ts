import type { errors as English } from "../en/errors";

export const errors: typeof English = {
  offline: "Du bist offline. Versuche es wieder, wenn du Netz hast.",
  unreachable: "Der Dienst ist nicht erreichbar. Prüfe seine Adresse und deine Verbindung.",
  tooSlow: "Der Dienst hat nicht rechtzeitig geantwortet. Versuche es noch einmal.",
  foreign: "Was geantwortet hat, ist kein Recall-Dienst. Prüfe die Adresse.",
  wrongKey: "Dein Schlüssel wurde nicht angenommen. Prüfe ihn: Vielleicht fehlt ein Zeichen oder ist eines zu viel, oder er gehört zu einem anderen Dienst.",
  otherLearners: "Dein Schlüssel ist für andere Lernende. Wähle eine Lern-ID, die er erlaubt, oder nimm einen anderen Schlüssel.",
  off: (setting) =>
    `Das ist bei deinem Dienst ausgeschaltet. Wer ihn betreibt, schaltet es mit „${setting}“ in cdk.json ein und rollt ihn neu aus.`,
  notKnown: "Der Dienst kennt das nicht. Vielleicht wurde es inzwischen gelöscht.",
  nothingYet: "Der Dienst hat hier noch nichts zu zeigen.",
  older: "Dein Dienst ist älter als diese Seite und kann das noch nicht. Wer ihn betreibt, kann ihn aktualisieren.",
  tooLarge: "Das ist mehr, als der Dienst auf einmal nimmt. Versuche es mit einem kleineren Teil.",
  refused: (message) => `Der Dienst hat das nicht angenommen. Er sagt: „${message}“`,
  quota: "Das Tageskontingent deines Schlüssels ist aufgebraucht. Morgen geht es weiter.",
  throttled: (when) => `Das war zu schnell für den Dienst. Versuche es ${when} noch einmal.`,
  unavailable: (when) => `Der Dienst kann das gerade nicht. Versuche es ${when} noch einmal.`,
  later: "gleich",
  inSeconds: (seconds, several) => (several ? `in ${seconds} Sekunden` : "in einer Sekunde"),
  broken: (requestId) =>
    requestId ? `Beim Dienst ist etwas fehlgeschlagen. Wer ihn betreibt, findet es unter der Nummer ${requestId}.` : "Beim Dienst ist etwas fehlgeschlagen.",
  unexpected: "Auf dieser Seite ist etwas fehlgeschlagen. Lade sie neu; was gespeichert wurde, bleibt.",
};
