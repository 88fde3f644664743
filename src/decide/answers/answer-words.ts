/** Words around a question or an answer that say nothing about it, in the languages that people write most, lower case. */
const list = (words: string): readonly string[] => words.split('|').map((word) => word.trim());

/** A line that begins with one of these and is short is a greeting. */
export const GREETINGS = list(
  `hi|hello|hey|dear|good morning|good afternoon|good evening|good day|greetings|to whom it may concern|hallo|guten tag|
guten morgen|guten abend|sehr geehrte|sehr geehrter|sehr geehrtes|liebe|lieber|liebes|servus|moin|grüezi|grüß gott|
bonjour|bonsoir|salut|madame|monsieur|cher|chère|hola|buenos días|buenas tardes|buenas noches|buenas|estimado|estimada|
estimados|olá|ola|bom dia|boa tarde|boa noite|prezado|prezada|prezados|caro|cara|buongiorno|buonasera|salve|ciao|
gentile|gentili|egregio|goedemorgen|goedemiddag|goedenavond|goedendag|beste|geachte|hej|hejsan|god morgon|goddag|hei|
moi|terve|hyvä|cześć|dzień dobry|szanowni|szanowny|szanowna|dobrý den|ahoj|vážený|vážení|jó napot|tisztelt|kedves|
bună|bună ziua|stimate|merhaba|sayın|iyi günler|здравствуйте|добрый день|привет|уважаемый|уважаемая|уважаемые|
добрий день|вітаю|γεια σας|καλημέρα|שלום|مرحبا|السلام عليكم|您好|你好|こんにちは|お世話になっております|안녕하세요`,
);

/** A line that begins with one of these, near the end, begins the sign-off. */
export const SIGN_OFFS = list(
  `best regards|kind regards|warm regards|with regards|regards|many thanks|thanks|thank you|thx|cheers|best wishes|best|
sincerely|yours sincerely|yours faithfully|yours truly|respectfully|all the best|have a nice day|have a great day|
mit freundlichen grüßen|mit freundlichem gruß|freundliche grüße|viele grüße|beste grüße|liebe grüße|herzliche grüße|
schöne grüße|gruß|grüße|mfg|vielen dank|danke|besten dank|cordialement|bien cordialement|salutations|
meilleures salutations|bien à vous|merci|merci d'avance|saludos|un saludo|saludos cordiales|atentamente|
cordialmente|gracias|muchas gracias|atenciosamente|obrigado|obrigada|cumprimentos|melhores cumprimentos|abraços|
cordiali saluti|distinti saluti|saluti|grazie|met vriendelijke groet|vriendelijke groeten|groeten|groet|bedankt|
dank u|mvg|med vänliga hälsningar|vänliga hälsningar|hälsningar|mvh|tack|med venlig hilsen|venlig hilsen|hilsen|tak|
vennlig hilsen|takk|ystävällisin terveisin|terveisin|kiitos|pozdrawiam|z poważaniem|dziękuję|s pozdravem|děkuji|
üdvözlettel|köszönöm|cu stimă|mulțumesc|saygılarımla|teşekkürler|с уважением|спасибо|з повагою|дякую|
με εκτίμηση|ευχαριστώ|בברכה|תודה|مع التحية|شكرا|谢谢|此致|よろしくお願いいたします|よろしくお願いします|감사합니다`,
);

/** A paragraph that holds one of these is a disclaimer of the sender's company; so is all below it. */
export const DISCLAIMERS = list(
  `this email and any attachments|this e-mail and any attachments|this message and any attachments|
this message is intended|this email is intended|this e-mail is intended|intended recipient|intended only for|
confidentiality notice|is confidential and|are confidential and|may contain confidential|may be legally privileged|
please consider the environment|before printing this|diese e-mail enthält vertrauliche|vertrauliche und/oder|
ce message et toutes les pièces|ce courriel est confidentiel|este mensaje es confidencial|este mensaje y sus adjuntos|
esta mensagem pode conter|questo messaggio è destinato|le informazioni contenute|dit bericht is vertrouwelijk|
registered in england|sitz der gesellschaft`,
);
