/** Words around a question or an answer that say nothing about it, in the languages that people write most, lower case. */
const splitWords = (words: string): readonly string[] => words.split('|').map((word) => word.trim());

/** What people greet with, by language. Those of a language share what is said instead of them, without a name or a gender. */
const GREETINGS_OF: Record<string, { plain: string; all: readonly string[] }> = {
  en: {
    plain: 'Hello',
    all: splitWords(
      'hi|hello|hey|dear|good morning|good afternoon|good evening|good day|greetings|to whom it may concern|welcome',
    ),
  },
  de: {
    plain: 'Hallo',
    all: splitWords(`hallo|guten tag|guten morgen|guten abend|sehr geehrte|sehr geehrter|sehr geehrtes|sehr verehrte|liebe|lieber|
liebes|servus|moin|grüezi|grüß gott|werte|werter`),
  },
  fr: { plain: 'Bonjour', all: splitWords('bonjour|bonsoir|salut|madame|monsieur|cher|chère|chers') },
  es: {
    plain: 'Hola',
    all: splitWords('hola|buenos días|buenas tardes|buenas noches|buenas|estimado|estimada|estimados|querido|querida'),
  },
  pt: { plain: 'Olá', all: splitWords('olá|ola|bom dia|boa tarde|boa noite|prezado|prezada|prezados|caro|cara') },
  it: { plain: 'Buongiorno', all: splitWords('buongiorno|buonasera|salve|ciao|gentile|gentili|egregio|egregia') },
  nl: {
    plain: 'Hallo',
    all: splitWords('goedemorgen|goedemiddag|goedenavond|goedendag|beste|geachte|hoi'),
  },
  sv: { plain: 'Hej', all: splitWords('hej|hejsan|god morgon|bästa') },
  da: { plain: 'Hej', all: splitWords('goddag|kære') },
  nb: { plain: 'Hei', all: splitWords('hei|kjære') },
  fi: { plain: 'Hei', all: splitWords('moi|terve|hyvä') },
  pl: {
    plain: 'Dzień dobry',
    all: splitWords('cześć|dzień dobry|szanowni|szanowny|szanowna|drogi|droga'),
  },
  cs: { plain: 'Dobrý den', all: splitWords('dobrý den|ahoj|vážený|vážená|vážení|milý|milá') },
  hu: { plain: 'Jó napot', all: splitWords('jó napot|tisztelt|kedves') },
  ro: { plain: 'Bună ziua', all: splitWords('bună ziua|bună|stimate|stimată|dragă') },
  tr: { plain: 'Merhaba', all: splitWords('merhaba|sayın|iyi günler') },
  ru: { plain: 'Здравствуйте', all: splitWords('здравствуйте|добрый день|привет|уважаемый|уважаемая|уважаемые') },
  uk: { plain: 'Добрий день', all: splitWords('добрий день|вітаю|шановний|шановна') },
  el: { plain: 'Γεια σας', all: splitWords('γεια σας|καλημέρα|αγαπητέ|αγαπητή') },
  he: { plain: 'שלום', all: splitWords('שלום') },
  ar: { plain: 'مرحبا', all: splitWords('مرحبا|السلام عليكم') },
  zh: { plain: '您好', all: splitWords('您好|你好|尊敬的') },
  ja: { plain: 'こんにちは', all: splitWords('こんにちは|お世話になっております|お世話になります') },
  ko: { plain: '안녕하세요', all: splitWords('안녕하세요') },
};

/** A line that begins with one of these and is short is a greeting. */
export const GREETINGS: readonly string[] = Object.values(GREETINGS_OF).flatMap(({ all }) => all);

/** How to greet in the language of a greeting, or in that of a locale. */
export function plainGreeting(greeting: string, locale: string): string {
  const lower = greeting.trim().toLowerCase();
  const own = Object.values(GREETINGS_OF).find(({ all }) => all.some((words) => lower.startsWith(words)));
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? 'en';
  return (own ?? GREETINGS_OF[language] ?? GREETINGS_OF['en'])?.plain ?? 'Hello';
}

/** A line that begins with one of these, near the end, begins the sign-off. */
export const SIGN_OFFS = splitWords(
  `best regards|kind regards|warm regards|with regards|regards|many thanks|thanks|thank you|thx|cheers|best wishes|best|
sincerely|yours sincerely|yours faithfully|yours truly|respectfully|all the best|have a nice day|have a great day|
mit freundlichen grüßen|mit freundlichem gruß|freundliche grüße|viele grüße|beste grüße|liebe grüße|herzliche grüße|
schöne grüße|gruß|grüße|mfg|vielen dank|danke|besten dank|cordialement|bien cordialement|salutations|
meilleures salutations|bien à vous|merci|merci d'avance|saludos|un saludo|saludos cordiales|atentamente|
cordialmente|gracias|muchas gracias|atenciosamente|obrigado|obrigada|cumprimentos|melhores cumprimentos|abraços|
cordiali saluti|distinti saluti|saluti|grazie|met vriendelijke groet|vriendelijke groeten|groeten|groet|bedankt|
dank u|mvg|
with kind regards|with best regards|with best wishes|all my best|warmly|take care|speak soon|talk soon|rgds|have a good day|
have a lovely day|have a nice weekend|enjoy your day|yours|lg|vg|mit besten grüßen|mit lieben grüßen|mit vielen grüßen|
mit herzlichen grüßen|mit bestem gruß|mit freundlichen grüssen|freundliche grüsse|viele grüsse|liebe grüsse|beste grüsse|sonnige grüße|
es grüßt sie|es grüßt|herzlichst|bis bald|hochachtungsvoll|schönen tag|einen schönen tag|schönes wochenende|à bientôt|bonne journée|
bonne soirée|bon week-end|sincères salutations|salutations distinguées|sincèrement|amicalement|bien à toi|très cordialement|
avec mes meilleures salutations|respectueusement|cdlt|un cordial saludo|un saludo cordial|reciba un cordial saludo|
reciba un saludo|un abrazo|que tenga un buen día|que tenga buen día|buen día|feliz día|muy atentamente|le saluda|cordial saludo|
um abraço|com os melhores cumprimentos|un caro saluto|a presto|buona giornata|hartelijke groet|hartelijke groeten|fijne dag|med vänliga hälsningar|vänliga hälsningar|hälsningar|mvh|tack|med venlig hilsen|venlig hilsen|hilsen|tak|
vennlig hilsen|takk|ystävällisin terveisin|terveisin|kiitos|pozdrawiam|z poważaniem|dziękuję|s pozdravem|děkuji|
üdvözlettel|köszönöm|cu stimă|mulțumesc|saygılarımla|teşekkürler|с уважением|спасибо|з повагою|дякую|
με εκτίμηση|ευχαριστώ|בברכה|תודה|مع التحية|شكرا|谢谢|此致|よろしくお願いいたします|よろしくお願いします|감사합니다`,
);

/** A paragraph that holds one of these is a disclaimer of the sender's company; so is all below it. */
export const DISCLAIMERS = splitWords(
  `this email and any attachments|this e-mail and any attachments|this message and any attachments|
this message is intended|this email is intended|this e-mail is intended|intended recipient|intended only for|
confidentiality notice|is confidential and|are confidential and|may contain confidential|may be legally privileged|
please consider the environment|before printing this|diese e-mail enthält vertrauliche|vertrauliche und/oder|
ce message et toutes les pièces|ce courriel est confidentiel|este mensaje es confidencial|este mensaje y sus adjuntos|
esta mensagem pode conter|questo messaggio è destinato|le informazioni contenute|dit bericht is vertrouwelijk|
registered in england|sitz der gesellschaft`,
);

/** Scripts that put no blanks between words. */
export const UNSPACED = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}]/u;
