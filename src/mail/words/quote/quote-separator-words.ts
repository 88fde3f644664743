import { wordList } from './quote-word-list.ts';

/** What clients write between dashes above the quoted mail, lower case. */
export const ORIGINAL_MESSAGE: readonly string[] = wordList(`
original message|original|original email|original e-mail|original mail|original appointment|reply message|message reply|
previous message|quoted message|original meeting|reply to message|in reply to|ursprüngliche nachricht|
urspruengliche nachricht|ursprungliche nachricht|originalnachricht|original-nachricht|original nachricht|
original-mail|originalmail|antwort nachricht|antwortnachricht|originaltermin|ursprünglicher termin|
message original|message d'origine|message d’origine|message initial|courriel original|e-mail d'origine|
mail original|rendez-vous original|message de réponse|mensaje original|correo original|mensaje de respuesta|
cita original|messaggio originale|messaggio di risposta|email originale|mensagem original|e-mail original|
oorspronkelijk bericht|oorspronkelijke bericht|oorspronkelijke mail|origineel bericht|originele bericht|
oprindelig meddelelse|original besked|oprindelig besked|opprinnelig melding|original melding|opprinnelig e-post|
opprinnelig beskjed|originalmeddelande|ursprungligt meddelande|ursprungligt mejl|originalmeddelelse|
alkuperäinen viesti|wiadomość oryginalna|oryginalna wiadomość|wiadomość pierwotna|původní zpráva|původní e-mail|
pôvodná správa|izvirno sporočilo|izvorno sporočilo|izvorna poruka|originalna poruka|originalna e-pošta|
оригинална порука|оригинално съобщение|оригинална порака|исходное сообщение|исходное письмо|
первоначальное сообщение|оригинальное сообщение|вихідне повідомлення|
початкове повідомлення|оригінальне повідомлення|зыходнае паведамленне|eredeti üzenet|eredeti levél|
mesaj original|mesajul original|orijinal mesaj|özgün ileti|orjinal mesaj|özgün mesaj|orijinal ileti|
αρχικό μήνυμα|πρωτότυπο μήνυμα|הודעה מקורית|ההודעה המקורית|الرسالة الأصلية|رسالة أصلية|الرسالة الاصلية|پیام اصلی|
پیغام اصلی|मूल संदेश|ข้อความต้นฉบับ|ข้อความเดิม|thư gốc|tin nhắn gốc|tin nhắn ban đầu|pesan asli|pesan asal|
mesej asal|原始邮件|原邮件|原始郵件|原始信件|原始消息|原文|回复的原邮件|回复的邮件|回覆郵件|元のメッセージ|オリジナルメッセージ|元のメール|원본 메시지|원본 메일|원본 이메일|원본메일|
missatge original|mensaxe orixinal|jatorrizko mezua|algne kiri|algne sõnum|algkiri|sākotnējais ziņojums|
oriģinālais ziņojums|originalus laiškas|pradinis laiškas|pirminė žinutė|upprunaleg skilaboð|upphaflegur póstur|
mesazhi origjinal
`);

/** What announces a forwarded mail, lower case. */
export const FORWARDED_MESSAGE: readonly string[] = wordList(`
forwarded message|forwarded mail|forwarded email|forwarded e-mail|begin forwarded message|forward message|
forwarded by|message forwarded|weitergeleitete nachricht|weitergeleitete mail|anfang der weitergeleiteten|пересылаемое сообщение|
weitergeleitet von|weitergeleitete e-mail|message transféré|message transmis|début du message|message réexpédié|
début du message réexpédié|mail transféré|mensaje reenviado|inicio del mensaje reenviado|messaggio inoltrato|
inizio messaggio inoltrato|inizio del messaggio inoltrato|mensagem encaminhada|mensagem reencaminhada|
início da mensagem|doorgestuurd bericht|begin doorgestuurd bericht|doorgezonden bericht|videresendt meddelelse|
videresendt besked|start på videresendt|videresendt melding|videresendt e-post|vidarebefordrat meddelande|
vidarebefordrat mejl|vidarebefordrat brev|välitetty viesti|edelleenlähetetty viesti|przekazana wiadomość|
wiadomość przekazana|początek przekazywanej|treść przekazanej wiadomości|přeposlaná zpráva|začátek přeposílané|
preposlaná správa|posredovano sporočilo|proslijeđena poruka|prosleđena poruka|прослеђена порука|
препратено съобщение|пересланное сообщение|пересылаемое письмо|переадресованное сообщение|
начало переадресованного|пересланное письмо|переслане повідомлення|переслане сообщение|továbbított üzenet|
továbbított levél|mesaj redirecționat|mesaj redirectionat|mesaj transmis|yönlendirilmiş mesaj|iletilen mesaj|
iletilmiş mesaj|yönlendirilen ileti|iletilen ileti|προωθημένο μήνυμα|הודעה שהועברה|הודעה מועברת|
رسالة معاد توجيهها|رسالة محولة|رسالة مُعاد توجيهها|پیام فوروارد شده|पंप्रेषित संदेश|अग्रेषित संदेश|
ข้อความที่ส่งต่อ|ข้อความส่งต่อ|tin nhắn được chuyển tiếp|thư được chuyển tiếp|thư chuyển tiếp|pesan terusan|
pesan yang diteruskan|mesej dimajukan|转发的邮件|转发邮件|转发邮件信息|轉寄的郵件|轉寄郵件|轉寄訊息|轉發郵件|转发的信件|转发消息|転送メッセージ|転送されたメッセージ|転送メール|
전달된 메시지|전달된 메일|전달 메시지|missatge reenviat|mensaxe reenviada|birbidalitako mezua|edastatud kiri|edasisaadetud|
pārsūtīts ziņojums|pārsūtītā vēstule|persiųstas laiškas|persiųsta žinutė|áframsend skilaboð|framsend skilaboð|
mesazh i përcjellë
`);

/**
 * Halves of the line that help desks put above their notifications: a word that says "reply" or "write" and one that
 * says "above", both needed.
 */
export const REPLY_WORDS: readonly string[] = wordList(`
reply|respond|response|type|write|answer|antwort|schreib|répon|repon|écri|respuesta|responda|escrib|contest|
rispost|rispond|scriv|resposta|escrev|antwoord|reageer|reactie|typ|schrijf|svar|skriv|vasta|kirjoita|odpowied|
odpisz|odpově|napis|napíš|odpoved|odgovor|одговор|отговор|ответ|пишите|напиш|відпов|отвеч|válasz|răspuns|raspuns|
răspund|scrie|yanıt|cevap|yaz|απάντη|απαντ|γράψ|תשוב|להשיב|השב|הקלד|الرد|ردك|رد |اكتب|پاسخ|ตอบ|พิมพ์|trả lời|
phản hồi|balas|jawab|tulis|回复|回覆|回信|答复|输入|輸入|返信|返答|回答|記入|회신|답장|답변|입력|resp|erantzun|atbild|atsaky|rašyk|svör
`);
export const ABOVE_WORDS: readonly string[] = wordList(`
above|over this line|before this line|oberhalb|über diese|ober dieser|über dieser|au-dessus|au dessus|ci-dessus|
avant cette ligne|por encima|encima de|arriba de|sobre esta|sopra|acima|boven|ovenfor|ovanför|over denne|
över denna|över den|yläpuol|ylle|powyżej|nad tą|nad tento|nad touto|nad túto|nad tímto|nad čiar|iznad|
nad to črto|над|выше|вище|вышэй|fölé|felett|deasupra|üstün|üzerine|yukarı|πάνω από|επάνω|מעל|فوق|أعلى|بالای|
เหนือ|ด้านบน|phía trên|bên trên|di atas|atas garis|di atas baris|以上|上方|之上|上面|より上|の上|上に|위에|위로|윗|damunt|enriba|
gainean|kohal|virs|fyrir ofan|aukščiau
`);
/** Words for the line itself; without one, the two halves above are a sentence that somebody may write. */
export const LINE_WORDS: readonly string[] = wordList(`
line|linie|zeile|ligne|línea|linea|riga|linha|lijn|regel|linje|rad|raden|viiva|rivi|lini|liniją|řád|čár|čiar|riad|crt|
red|линиј|ред|лини|черт|строк|ліні|рядк|вонал|vonal|sor|satır|çizgi|γραμμή|שורה|הקו|קו|سطر|الخط|خط|บรรทัด|เส้น|
dòng|garis|baris|线|線|行|줄|선|라인|línia|liña|lerro|joon|līnij|linij|eilut|lín
`);
