import { wordList } from './quote-word-list.ts';

/** Field names that mail clients write above a quoted mail, by what they mean, in the clients' languages. */
export type HeaderField = 'from' | 'to' | 'date' | 'subject' | 'cc' | 'other';

const WORDS: Readonly<Record<HeaderField, readonly string[]>> = {
  from: wordList(`
from|von|de|da|van|från|fra|lähettäjä|od|nadawca|odesílatel|odosielateľ|pošiljatelj|от|від|отправитель|feladó|
expeditor|de la|kimden|gönderen|από|αποστολέας|מאת|من|از|फ़्रॉम|จาก|từ|người gửi|dari|pengirim|发件人|發件人|寄件者|寄件人|
差出人|送信者|보낸 사람|보낸사람|발신자|saatja|no|sūtītājs|nuo|siuntėjas|frá|nga|expéditeur|remitente|mittente|remetente|afzender|
absender|avsändare|avsender|afsender|expedient|від кого|от кого|од|пошиљалац|šalje|pošilja|nork|de parte de|o|
odosiel|lähettänyt|adresant|enviado por|отправлено от|nosūtītājs|kimdən|gửi từ|mula kay|vo|से|प्रेषक|кімнен
`),
  to: wordList(`
to|an|à|para|a|per|til|till|aan|vastaanottaja|do|adresat|komu|příjemce|кому|до|címzett|către|la|catre|kime|alıcı|
προς|אל|إلى|الى|به|ถึง|đến|tới|người nhận|kepada|untuk|收件人|收件者|adressaat|宛先|받는 사람|받는사람|수신자|saaja|kellele|kam|
saņēmējs|kam adresuota|gavėjas|á|pour|destinatario|destinatário|destinataire|empfänger|mottagare|mottaker|
modtager|ontvanger|geadresseerde|per a|prima|za|primatelj|за|për|nori|प्रति|кімге
`),
  date: wordList(`
date|sent|datum|gesendet|envoyé|envoyé le|enviado|enviado el|enviado em|enviada em|enviada|enviat|data|inviato|
verzonden|skickat|sendt|lähetetty|wysłano|data wysłania|odesláno|odoslané|dátum|дата|отправлено|надіслано|
изпратено|elküldve|küldés dátuma|küldve|trimis|data trimiterii|dată|tarih|gönderilme tarihi|gönderildi|
gönderme tarihi|gönderilen|ημερομηνία|στάλθηκε|εστάλη|נשלח|תאריך|בתאריך|تاريخ|تاريخ الإرسال|تم الإرسال|أرسلت|
التاريخ|تاریخ|ارسال شده|วันที่|ส่ง|ส่งเมื่อ|đã gửi|ngày|ngày gửi|dikirim|tanggal|terkirim|发送时间|发送日期|日期|时间|寄件日期|
傳送時間|發送時間|日付|送信日時|日時|送信日|날짜|보낸 날짜|보낸날짜|발송일|일시|fecha|dato|päivämäärä|päiväys|pvm|saadetud|kuupäev|nosūtīts|datums|
išsiųsta|sent at|sent on|poslano|poslato|poslané|послато|послано|датум|dagsetning|sent date|dërguar|bidali|
fecha de envío|send date|дата отправки|dátum küldése|vyslané|odeslané|изпратен на|भेजा गया|दिनांक|күні
`),
  subject: wordList(`
subject|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|otsikko|temat|předmět|predmet|тема|tárgy|
subiect|konu|θέμα|נושא|الموضوع|موضوع|เรื่อง|หัวเรื่อง|chủ đề|tiêu đề|subjek|perihal|主题|主旨|主題|件名|題名|제목|teema|
temats|tēma|tema|assumpte|naslov|zadeva|предмет|наслов|efni|subjekt|gaia|betreft|sujet|относно|re|ang|rubrik|
subyek|विषय|mavzu|mövzu|subjecte|тэма|тақырып|тақырыбы
`),
  cc: wordList(`
cc|kopie|cópia|copia|kopia|kopio|kópia|kopi|копия|копія|másolatot kap|másolat|bilgi|κοιν|κοινοποίηση|κοιν.|עותק|
העתק|نسخة|نسخه|رونوشت|สำเนา|สำเนาถึง|đồng kính gửi|tembusan|抄送|副本|參與者|참조|koopia|kopija|copie|bcc|cci|cco|ccn|
blindkopie|kopi til|kopie an|в копии|afrit|kc|kk|dw|udw|скрытая копия|копие|密送|ccopia|skrytá kopie|slepá kopia|
cópia para
`),
  other: wordList(`
reply-to|reply to|antwort an|responder a|répondre à|rispondi a|importance|wichtigkeit|importancia|
importance haute|priority|priorität|priorité|prioriteit|prioridad|attachments|attachment|anlagen|anhang|anhänge|
pièces jointes|pièce jointe|adjuntos|datos adjuntos|anexos|allegati|allegato|bijlage|bijlagen|bilagor|vedlegg|
vedhæftede filer|вложения|вкладення|załączniki|přílohy|prílohy|csatolmányok|melléklet|ekler|συνημμένα|附件|添付ファイル|
첨부|첨부파일|message-id|organization|organisation|newsgroups|resent-from|x-mailer|重要性|sensitivity|vertraulichkeit|
categories|liitteet|tärkeys|urgent|mailed-by|signed-by|when|where|wann|wo|required attendees|list-id|user-agent|
in-reply-to
`),
};

export const HEADER_FIELDS: ReadonlyMap<string, HeaderField> = new Map(
  // The first field in the table wins where languages share a word.
  (Object.keys(WORDS) as HeaderField[])
    .toReversed()
    .flatMap((field) => WORDS[field].map((word) => [word, field] as const)),
);
