/**
 * What mail programs write when somebody presses a button, in the languages that they are translated into. Compared with
 * lower case, plain apostrophes and one blank between words; only ever used on mails that say little else.
 */

/** "NAME reacted to your message", "NAME reacted via Gmail" */
export const REACTED: readonly RegExp[] = [
  /\breacted to your (?:message|e-?mail)\b/,
  /\breacted (?:with .{1,20} )?(?:via|using|from|in) (?:gmail|outlook)\b/,
  /\b(?:liked|loved) your (?:message|e-?mail)\b/,
  /\bhat (?:auf (?:ihre|deine) (?:nachricht|e-?mail) reagiert|(?:über|via|mit|per|in) (?:gmail|outlook) reagiert)/,
  /\ba réagi (?:à (?:votre|ton) (?:message|e-?mail)|(?:via|avec|depuis|dans|sur) (?:gmail|outlook))/,
  /(?:ha reaccionado|reaccionó) (?:a (?:tu|su) (?:mensaje|correo)|(?:a través de|mediante|desde|con|por|vía|en) (?:gmail|outlook))/,
  /\bha reagito (?:al (?:tuo|suo) messaggio|(?:tramite|con|via|da|in) (?:gmail|outlook))/,
  /\breagiu (?:à (?:sua|tua) mensagem|ao seu e-?mail|(?:pelo|no|via|através do|com o) (?:gmail|outlook))/,
  /\bheeft (?:gereageerd op (?:je|jouw|uw) (?:bericht|e-?mail)|op (?:je|jouw|uw) bericht gereageerd|(?:gereageerd )?(?:via|met|in) (?:gmail|outlook)(?: gereageerd)?)/,
  /\bzareagowała?(?:\(-?a\)|\/a)? (?:na (?:twoją|pani|pana|państwa) wiadomość|(?:za pomocą|przez|w) (?:gmaila?|outlooka?))/,
  /\b(?:reagerade|har reagerat) på ditt (?:meddelande|mejl)|\breagerade (?:via|i) (?:gmail|outlook)/,
  /\b(?:reagerede|har reageret) på din (?:meddelelse|besked|mail)|\breagerede (?:via|i) (?:gmail|outlook)/,
  /\b(?:reagerte|har reagert) på (?:meldingen|e-posten) din|\breagerte (?:via|i) (?:gmail|outlook)/,
  /\breagoi (?:viestiisi|sähköpostiisi|(?:gmailissa|gmailin kautta|outlookissa))/,
  /\breagovala?(?:\(a\)|\/a)? na (?:vaši|tvoji|vašu|tvoju) (?:zprávu|správu)|\breagovala?(?:\(a\)|\/a)? (?:přes|prostřednictvím|cez) gmail/,
  /reagált (?:az üzenetedre|az üzenetére|a gmailben|a gmail)/,
  /отреагировал(?:\(?а\)?)? (?:на ваше (?:сообщение|письмо)|(?:через|в) (?:gmail|outlook))/,
  /відреагува(?:в|ла)(?:\(ла\))? (?:на ваш(?:е)? (?:повідомлення|лист)|(?:через|у) (?:gmail|outlook))/,
  /(?:iletinize|mesajınıza|e-postanıza) (?:tepki|ifade) (?:verdi|bıraktı)|gmail (?:üzerinden|aracılığıyla) (?:tepki|ifade)/,
  /メッセージにリアクション(?:しました|を送信)|gmail (?:から|で)リアクション|メッセージに反応しました/,
  /(?:对你的|对您的)(?:邮件|消息|电子邮件)(?:做出了|作出了|进行了)?(?:反应|回应)|回应了(?:你|您)的(?:邮件|消息)|(?:通过|在) ?gmail ?(?:做出|中)?(?:了)?(?:回应|反应)/,
  /(?:對您的|對你的)(?:郵件|訊息)(?:做出|作出)?(?:了)?(?:回應|反應)/,
  /(?:메시지|메일|이메일)에 (?:반응|공감)(?:했습니다|하셨습니다|을)|gmail(?:을 통해|에서) (?:반응|공감)/,
];

/** What telephones write for a "tapback" where the other side gets plain text. */
export const TAPBACK =
  /^(?:liked|loved|laughed at|emphasi[sz]ed|disliked|questioned|reacted .{1,16} to) ["“„«].{1,2000}["”“»]$/;

/** Outlook's "NAME would like to recall the message, "SUBJECT"." */
export const RECALLED: readonly RegExp[] = [
  /\bwould like to recall the message\b/,
  /\bmöchte die (?:nachricht|e-?mail)\b.{0,300}\bzurückrufen\b/,
  /\b(?:souhaite|voudrait|souhaiterait) (?:rappeler|annuler) le message\b/,
  /\b(?:desea|quiere|querría|desearía) (?:recuperar|retirar|anular) el mensaje\b/,
  /\b(?:desidera|vorrebbe) richiamare il messaggio\b/,
  /\b(?:gostaria de|deseja|pretende) (?:cancelar|recuperar|recolher|retirar|anular|chamar) (?:o envio da |a )?mensagem\b/,
  /\bwil (?:het )?bericht\b.{0,300}\bintrekken\b|\bwil het volgende bericht intrekken\b/,
  /\bvill återkalla meddelandet\b/,
  /\bvil (?:gerne )?tilbagekalde (?:meddelelsen|beskeden)\b/,
  /\b(?:ønsker å|vil) (?:tilbakekalle|kalle tilbake) meldingen\b/,
  /\bhaluaa (?:peruuttaa|palauttaa|perua)\b.{0,300}\bviesti|\bhaluaa (?:peruuttaa|palauttaa|perua) viestin\b/,
  /\bchce (?:odwołać|wycofać|cofnąć) wiadomość/,
  /\b(?:chce|by chtěla?|chcel by) (?:odvolat|odvolať|stáhnout) (?:zprávu|správu)/,
  /vissza szeretné (?:hívni|vonni)|visszahívná az/,
  /(?:хотел(?:\(?а\)?)? бы|хочет) отозвать (?:сообщение|письмо)/,
  /(?:хотів би|хотіла б|бажає) відкликати (?:повідомлення|лист)/,
  /iletisini geri (?:çekmek|çağırmak) istiyor/,
  /(?:メッセージ|メール).{0,300}(?:取り消|回収)(?:そうと|したい|を希望|を要求|します)/,
  /(?:要|想要|希望)(?:撤回|收回)(?:邮件|此邮件|郵件|此郵件|消息)|(?:撤回|收回)郵件/,
  /메시지.{0,300}(?:회수|취소)하려고/,
];

/** What Outlook puts before a subject that was recalled. */
export const RECALL_SUBJECT =
  /^\s*(?:recall|rückruf|rappel|recuperar|recuperación|richiamo|richiamare|recolher|recuperação|intrekken|intrekking|återkalla|tilbagekald|tilbakekall|peruuta|odwołaj|wycofanie|odvolat|отзыв|відкликання|geri çağır|撤回|收回|取り消し|回収|회수)\s?[:：]/i;

/** "was read on ...", "was deleted without being read" */
export const READ: readonly RegExp[] = [
  /\b(?:was|has been) (?:read|opened|displayed) (?:on|by|at)\b|\bwas deleted without being read\b|\bwas not read\b/,
  /\b(?:this is a|return) (?:return |read )?receipt (?:for|only acknowledges)\b/,
  /\bwurde (?:am|um|von) .{1,80} (?:gelesen|geöffnet|angezeigt)|\bwurde (?:ungelesen )?gelöscht\b|\bwurde gelesen\b|\blesebestätigung\b/,
  /\ba été (?:lue?|ouvert|affiché) (?:le|par|à)\b|\ba été supprimé(?:e)? sans (?:avoir été|être) lue?\b/,
  /(?:fue|ha sido|se ha) leído (?:el|por|a las)?|se eliminó sin (?:haber sido leíd|leer)/,
  /\bè stato (?:letto|visualizzato|aperto) (?:il|in data|da|alle)|\bè stato eliminato senza essere (?:stato )?letto/,
  /\bfoi (?:lida|lido|aberta) (?:em|por|às)|\bfoi (?:eliminada|excluída) sem ser lida/,
  /\b(?:is|werd) gelezen (?:op|door|om)|\b(?:is|werd) ongelezen verwijderd|\b(?:is|werd) op .{1,80} gelezen/,
  /\b(?:lästes|har lästs|blev läst)\b|\bblev læst\b|\ber læst\b|\bble lest\b|\ber lest\b|\bluettiin\b|\bon luettu\b/,
  /\bzostała? (?:przeczytana|odczytana)|\bbyla přečtena|\bbola prečítaná|elolvasva|elolvasták/,
  /(?:было|было|письмо) прочитано|прочитано .{1,80}\d|було прочитано/,
  /okundu\b/,
  /(?:に|が)開封|開封(?:確認|されました)|已(?:于|於|被).{0,60}(?:阅读|閱讀|读取|讀取)|(?:阅读|閱讀|读取|讀取)时间|읽(?:었|음)/,
];

/** What mail programs put before a subject that was read. */
export const READ_SUBJECT =
  /^\s*(?:read|not read|opened|return receipt(?: \(displayed\))?|read receipt|gelesen|nicht gelesen|lesebestätigung(?: \(angezeigt\))?|lue?|non lue?|accusé de lecture|leído|no leído|letto|non letto|ricevuta di lettura|lida|não lida|gelezen|niet gelezen|leesbevestiging|läst|ej läst|læst|ikke læst|lest|ikke lest|luettu|przeczytano|przeczytane|odczytano|přečteno|prečítané|olvasott|прочитано|прочтено|okundu|已读|已讀|已读回执|開封済み|開封確認|읽음)\s?(?:[:：–—-]|$)/i;

/** Programs that name no mail, and say that it is a receipt. */
export const RECEIPT =
  /return receipt|read receipt|empfangsbestätigung|lesebestätigung|accusé de (?:lecture|réception)|confirmación de lectura|acuse de recibo|ricevuta di (?:lettura|ritorno)|recibo de leitura|leesbevestiging|ontvangstbevestiging|läskvitto|læsekvittering|lesebekreftelse|lukukuittaus|potwierdzenie (?:przeczytania|odczytu)|potvrzení o přečtení|о прочтении|已读回执|開封確認/i;
