import { languageOf } from '../words.ts';

/**
 * Texts of our mails that are also looked for in mails that come back: what stands at or below them was written by us, or is
 * for the desk only. The templates take them from here (as `phrases`), and so does what reads replies, so that the two cannot
 * part. One entry for each language of `templates/`; a reply may quote a mail of any of them.
 */
export type OwnPhrases = {
  /**
   * Ends the first line of each mail that an agent may reply to; above it stand the agent's new words. At most 31 letters of
   * ASCII: with the glimpse before it the line is not wrapped, and it is found in a file whatever its encoding.
   */
  mark: string;
  /** heading of what colleagues noted about a ticket */
  notes: string;
  /** heading of the turns so far */
  history: string;
  /** heading of what came when it was not the customer's turn */
  outOfTurn: string;
  /** heading of past answers that may fit */
  pastAnswers: string;
  /** heading of the list of files */
  attachments: string;
  /** the last two lines of a notification */
  replyHint: string;
  commandHint: string;
  /** begins the line that names the ticket in every mail with a line to reply above */
  ticket: string;
  /** what the mail of a link says that nobody changed */
  asItIs: string;
};

export const OWN_PHRASES = {
  en: {
    mark: '##- Reply above this line -##',
    notes: 'Notes, for the desk only',
    history: 'History',
    outOfTurn: 'Also written, out of turn',
    pastAnswers: 'Past answers that may fit',
    attachments: 'Attachments',
    replyHint:
      'Reply to this mail to answer the customer. Only what you write is sent; this text and your address stay here.',
    commandHint: 'For anything else, begin with a command such as /note, /take or /close; /help lists them all.',
    ticket: 'Ticket',
    asItIs: 'Send this mail as it is.',
  },
  de: {
    mark: '##- Antworten Sie hier oben -##',
    notes: 'Notizen, nur für das Team',
    history: 'Verlauf',
    outOfTurn: 'Außerdem geschrieben, außer der Reihe',
    pastAnswers: 'Frühere Antworten, die passen könnten',
    attachments: 'Anhänge',
    replyHint:
      'Antworten Sie auf diese Mail, um dem Kunden zu schreiben. Gesendet wird nur, was Sie selbst schreiben; dieser Text und Ihre Adresse bleiben hier.',
    commandHint:
      'Für alles andere beginnen Sie mit einem Befehl wie /note, /take oder /close; /help nennt alle Befehle.',
    ticket: 'Ticket',
    asItIs: 'Bitte senden Sie diese Mail einfach so ab.',
  },
  fr: {
    mark: '##- Votre texte ci-dessus -##',
    notes: 'Notes internes, pour l’équipe seulement',
    history: 'Historique',
    outOfTurn: 'Écrit entre-temps, hors tour',
    pastAnswers: 'Réponses passées qui pourraient convenir',
    attachments: 'Pièces jointes',
    replyHint:
      'Répondez à ce message pour écrire au client. Seul ce que vous écrivez est envoyé ; ce texte et votre adresse restent ici.',
    commandHint:
      'Pour tout le reste, commencez par une commande comme /note, /take ou /close ; /help les donne toutes.',
    ticket: 'Ticket',
    asItIs: 'Envoyez ce message tel quel.',
  },
  es: {
    mark: '##- Responda encima de esto -##',
    notes: 'Notas, solo para el equipo',
    history: 'Historial',
    outOfTurn: 'También ha escrito, fuera de turno',
    pastAnswers: 'Respuestas anteriores que podrían servir',
    attachments: 'Archivos adjuntos',
    replyHint:
      'Responda a este correo para contestar al cliente. Solo se envía lo que usted escriba; este texto y su dirección se quedan aquí.',
    commandHint: 'Para todo lo demás, empiece con una orden como /note, /take o /close; /help las muestra todas.',
    ticket: 'Ticket',
    asItIs: 'Envíe este correo tal como está.',
  },
  it: {
    mark: '##- Scrivere sopra la riga -##',
    notes: 'Note, solo per il team',
    history: 'Cronologia',
    outOfTurn: 'Scritto nel frattempo, fuori turno',
    pastAnswers: 'Risposte precedenti che potrebbero andare bene',
    attachments: 'Allegati',
    replyHint:
      'Risponda a questa e-mail per scrivere al cliente. Viene inviato solo ciò che scrive Lei; questo testo e il Suo indirizzo restano qui.',
    commandHint: 'Per tutto il resto, inizi con un comando come /note, /take o /close; /help li elenca tutti.',
    ticket: 'Ticket',
    asItIs: 'Invii questa e-mail così com’è.',
  },
  nl: {
    mark: '##- Typ boven deze regel -##',
    notes: 'Notities, alleen voor het team',
    history: 'Geschiedenis',
    outOfTurn: 'Ook geschreven, buiten de beurt om',
    pastAnswers: 'Eerdere antwoorden die kunnen passen',
    attachments: 'Bijlagen',
    replyHint:
      'Beantwoord deze mail om de klant te antwoorden. Alleen wat u zelf schrijft, wordt verstuurd; deze tekst en uw adres blijven hier.',
    commandHint: 'Begin voor al het andere met een opdracht zoals /note, /take of /close; /help noemt ze allemaal.',
    ticket: 'Ticket',
    asItIs: 'U kunt deze mail zo versturen.',
  },
  pt: {
    mark: '##- Escreva acima da linha -##',
    notes: 'Notas, só para a equipe',
    history: 'Histórico',
    outOfTurn: 'Também escreveu, fora da vez',
    pastAnswers: 'Respostas anteriores que podem servir',
    attachments: 'Anexos',
    replyHint:
      'Responda a este e-mail para escrever ao cliente. Só é enviado o que você escrever; este texto e o seu endereço ficam aqui.',
    commandHint: 'Para todo o resto, comece com um comando como /note, /take ou /close; /help mostra todos.',
    ticket: 'Ticket',
    asItIs: 'Envie este e-mail como está.',
  },
  pl: {
    mark: '##- Tekst nad tym wierszem -##',
    notes: 'Notatki, tylko dla zespołu',
    history: 'Historia',
    outOfTurn: 'Napisano też poza kolejnością',
    pastAnswers: 'Wcześniejsze odpowiedzi, które mogą pasować',
    attachments: 'Załączniki',
    replyHint:
      'Aby napisać do klienta, wystarczy odpowiedzieć na tę wiadomość. Wysłany zostanie tylko nowy tekst; ta treść i adres nadawcy pozostaną tutaj.',
    commandHint:
      'We wszystkich innych sprawach zaczyna się od polecenia, na przykład /note, /take lub /close; /help pokazuje wszystkie.',
    ticket: 'Zgłoszenie',
    asItIs: 'Tę wiadomość można wysłać bez zmian.',
  },
} satisfies Record<string, OwnPhrases>;

/** The languages that Turnmail speaks by itself. */
export type OwnLanguage = keyof typeof OWN_PHRASES;
export const OWN_LANGUAGES = Object.keys(OWN_PHRASES) as OwnLanguage[];

/** What the mail of a link says in any of the languages. */
export const MAILTO_WORDS: readonly string[] = Object.values(OWN_PHRASES).map(({ asItIs }) => asItIs);

/** What a language without an entry of its own is written with. */
export const DEFAULT_PHRASES: OwnPhrases = OWN_PHRASES.en;

export function phrasesFor(locale: string): OwnPhrases {
  const phrases: Record<string, OwnPhrases> = OWN_PHRASES;
  return phrases[languageOf(locale)] ?? DEFAULT_PHRASES;
}
