/** What people write above a mail that they hand to colleagues, lower case and without signs at its ends. */
const HANDING_ON = new Set(
  `fyi|fya|f.y.i|for your information|for info|for your action|see below|please see below|pls see below|as discussed|as agreed|
please handle|please take care|please take over|please take care of this|can you take this|can someone take this|can someone handle this|
please have a look|please check|please answer|please reply|from a customer|new request|new ticket|please open a ticket|ticket please|
zur info|zur information|zur kenntnis|zur kenntnisnahme|z.k|zk|z.k.n|siehe unten|s.u|s. u|wie besprochen|bitte bearbeiten|bitte übernehmen|
bitte um bearbeitung|bitte beantworten|bitte prüfen|bitte kümmern|bitte ticket anlegen|bitte ticket eröffnen|
pour info|pour information|pour action|pour traitement|voir ci-dessous|merci de traiter|à traiter|pvi|
para tu información|para su información|para información|ver abajo|ver más abajo|por favor revisar|
per conoscenza|per tua informazione|per informazione|p.c|vedi sotto|da gestire|
ter info|ter informatie|ter kennisgeving|zie onder|zie hieronder|graag oppakken|graag afhandelen|
para conhecimento|para informação|para sua informação|ver abaixo|segue abaixo|
do wiadomości|dw|fyi only|proszę o obsługę|patrz niżej|jak niżej|för kännedom|se nedan|til orientering|se nedenfor`
    .split('|')
    .map((phrase) => phrase.trim()),
);

/** "Please answer him.", "Kannst du das übernehmen?": an order to somebody about a third person or a thing, and nothing else. */
const ORDER =
  /^(?:please|pls|plz|can you|could you|can someone|could someone|bitte|kannst du|könnt ihr|kann jemand|merci de|peux-tu|pouvez-vous|por favor|puedes|per favore|puoi|graag|kun je|proszę)(?: (?:das|dies|dem|der|ihm|ihr|ihnen|hier|bitte|dat|dit|a|le|la|lui|les))?(?: mal| bitte){0,2} (?:answer|reply|respond|handle|check|look|help|advise|process|take over|take care of|antworten|beantworten|bearbeiten|übernehmen|prüfen|kümmern|helfen|répondre|traiter|responder|contestar|rispondere|gestire|beantwoorden|oppakken|odpowiedzieć|o odpowiedź)(?: (?:to|on|at))?(?: (?:him|her|them|this|that|it|this one|a esto|à ceci|a questo|hierop))?(?: (?:please|bitte|asap|today|heute))?$/u;

/** True where words above a forward are for colleagues ("FYI", "Bitte übernehmen"): nobody means a customer to read them. */
export function isHandingOn(words: string): boolean {
  const plain = words
    .slice(0, 200)
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^[\s@\p{P}\p{S}]{1,20}|[\s\p{P}\p{S}]{1,20}$/gu, '')
    .replace(
      /^(?:hi|hello|hallo|hey|team|all|alle)(?: (?:team|all|alle|zusammen|everyone|support|desk))?[\s,!.:]{1,5}/u,
      '',
    );
  const bare = plain.replace(
    /[\s,.!]{0,5}(?:thanks|thank you|thx|danke|merci|gracias|grazie|bedankt|obrigado|dzięki)$/u,
    '',
  );
  return HANDING_ON.has(bare) || ORDER.test(bare);
}
