import { wordList } from './quote/quote-word-list.ts';

/** How the footer of a phone or an app begins or ends, by language, lower case, without the name of the device. */
export const SENT_FROM_STARTS: readonly string[] = wordList(`
sent from|sent with|sent via|sent using|sent on|get outlook for|get bluemail for|get typeapp for|get yahoo mail|
sent thru|composed on|written on my|typed on my|message sent from|this message was sent from my|gesendet von|
gesendet mit|gesendet über|gesendet aus|gesendet vom|diese nachricht wurde von meinem|diese nachricht wurde mit|
holen sie sich outlook|outlook für|outlook for|versendet von|verschickt von|verschickt mit|vom handy gesendet|
gesendet per|envoyé de|envoyé depuis|envoyé à partir|envoyé avec|envoyé par|envoyé via|envoyé d|obtenez outlook|
obtenir outlook|télécharger outlook|provenance :|enviado desde|enviado de|enviado do|enviado con|enviado com|
enviado via|enviado vía|enviado por|enviado a partir|enviado usando|enviado mediante|obtener outlook|
obter o outlook|obtenga outlook|baixe o outlook|descargar outlook|inviato da|inviato dal|inviato con|
inviato tramite|inviato dall'|ottieni outlook|scarica outlook|verzonden vanaf|verzonden met|verzonden vanuit|
verzonden via|verzonden door|verstuurd vanaf|verstuurd met|verstuurd vanuit|verstuurd via|outlook voor|
download outlook|outlook downloaden|skickat från|skickad från|skickat med|skickat via|hämta outlook|
skaffa outlook|sendt fra|sendt med|sendt via|hent outlook|få outlook|last ned outlook|hanki outlook|lähetetty|
lähetin tämän|wysłane z|wysłano z|wysłane za|wysłane przez|pobierz program outlook|pobierz outlook|
uzyskaj outlook|uzyskaj aplikację outlook|odesláno z|odesláno ze|odesláno pomocí|odoslané z|odoslané zo|
odoslané pomocou|získejte outlook|získat outlook|získať outlook|poslano z|poslano s|poslano iz|poslano sa|
послато са|послато с|изпратено от|испратено од|отправлено с|отправлено из|отправлено со|отправлено через|
отправлено от|послано с|послано из|надіслано з|надіслано із|відправлено з|відправлено із|адпраўлена з|
скачать outlook|получить outlook|отримати outlook|elküldve|trimis de pe|trimis din|trimis prin|trimis cu|
στάλθηκε από|εστάλη από|απεστάλη από|αποστολή από|נשלח מ|נשלח באמצעות|أرسلت من|أرسل من|مرسل من|تم الإرسال من|
ارسال شده از|ارسال از|ส่งจาก|gửi từ|được gửi từ|đã gửi từ|dikirim dari|terkirim dari|dihantar dari|发自|發自|傳送自|寄自|
發送自|enviat des|enviat amb|enviado dende|saadetud|sūtīts no|nosūtīts no|išsiųsta iš|sent frá|dërguar nga|seolta|
ipinadala mula|obtén outlook|obtener la aplicación|baixar o outlook|télécharger outlook|pobierz aplikację outlook|
stáhněte si outlook|stáhnout outlook|stiahnite si outlook|скачайте outlook|завантажте outlook|obțineți outlook|
λήψη του outlook|αποκτήστε το outlook|获取 outlook|获取适用于|取得 outlook|取得 android|下载 outlook|下載 outlook|קבל את outlook|
השג את outlook|احصل على outlook|lataa outlook|android için outlook|ios için outlook|android 版 outlook|ios 版 outlook|
android용 outlook|ios용 outlook|outlook beszerzése|dohvatite outlook|преузмите outlook|изтеглете outlook|dapatkan outlook|
tải outlook|รับ outlook|skaff deg outlook|загрузить outlook|вземете outlook|nabavite outlook|prenesite outlook|
získajte outlook|الحصول على outlook|obteniu l'outlook|získejte aplikaci outlook|télécharger yahoo mail|descargar yahoo mail
`);

/** Footers that stand around the name of the device: only beginning and end together tell them from a sentence. */
export const SENT_FROM_FRAMES: ReadonlyArray<readonly [starts: string, ends: string]> = [
  [
    'von meinem |von meiner |von meinem/meiner |von yahoo mail |vom |mit |über ',
    ' gesendet| geschickt| verschickt| geschrieben',
  ],
  ['', 'gönderildi|gönderilmiştir|göndərildi'],
  ['az |a |elküldve|', ' küldve| küldtem'],
  ['az |a ', ' outlook beszerzése'],
  ['', 'から送信|より送信|からの送信|から送信されました'],
  ['从我的|通过我的|来自我的|从|由我的|我的', '发送|发出|发送的'],
  ['從我的|由我的|自我的|從|我的', '傳送|寄出|發送'],
  ['나의|내|제|', '에서 보냄|에서 발송|에서 보냈습니다|에서 전송|에서 작성'],
  ['मेरे', 'से भेजा गया|से भेजा'],
  ['nire ', ' bidalia'],
  ['', ' lähetetty| verzonden| verstuurd| sendt fra min mobil'],
];

/** Names of devices and mail programs, and words for a phone: without one, "sent from" is a sentence. */
export const DEVICE =
  /iphon|ipad|ipod|ios\b|imac|macbook|apple|androi|galaxy|samsung|huawei|xiaomi|redmi|oneplus|motorola|nokia|lumia|pixel|sony|xperia|htc\b|\blg\b|honor|oppo\b|vivo\b|blackberry|windows|verizon|at&t|t-mobile|vodafone|orange|outlook|\bmail (?:for|on|app|für|pour|para|per|voor|til|för|для)\b|(?:from|mit|depuis|desde|da|vanuit|från|fra|z|из) (?:der |die )?(?:app |apka |aplikace )?mail\b|gmail|proton|yahoo|zoho|yandex|aol\b|gmx\b|web\.de|thunderbird|tuta\b|tutanota|spark|boxer|nine\b|newton|superhuman|shortwave|mimestream|missive|airmail|edison|canary|fastmail|fairphone|posteo|mailspring|mobil|phone|device|tablet|handy|handset|smart|celular|móvil|cellul|telef|teléf|téléph|portable|gerät|puhelim|komór|kannettav|laite|cihaz|телефон|смартфон|мобил|мобіл|устройств|пристр|айфон|планшет|poczt|почт|пошт|κινητ|συσκευ|τηλέφ|טלפון|נייד|אייפון|הודעה|هاتف|جوال|آيفون|ايفون|موبایل|گوشی|โทรศัพท์|มือถือ|điện thoại|ponsel|手机|手機|邮箱|郵件|携帯|スマ|휴대|아이폰|핸드폰|모바일|메일/;

/** Stores that the lines of apps lead to, whatever language they are in: "LABEL<https://aka.ms/...>". */
export const APP_LINK = /(?:outlook|yahoo).{0,40}<https?:\/\/(?:aka\.ms|[a-z]{1,20}\.onelink\.me)\//i;

/** First words of the footers that mailing lists and virus scanners put below a mail, lower case. */
export const FOOTER_STARTS: readonly string[] = wordList(`
you received this message because you are subscribed|to unsubscribe from this group|to post to this group|
for more options, visit|yahoo! groups links|to view this discussion|sie haben diese nachricht erhalten, weil sie|
vous recevez ce message car vous|has recibido este mensaje porque|virus-free. www.|virenfrei. www.|
virenfrei.www.|virus-free.www.|sans virus. www.|libre de virus. www.|livre de vírus. www.|privo di virus. www.|
virusvrij. www.|this email has been checked for viruses|diese e-mail wurde von avast|
l'absence de virus dans ce courrier|el software de antivirus avast|este email foi escaneado pelo avast|
dit e-mailbericht is gecontroleerd op virussen
`);
/** How the line ends that names the list, below the line that Mailman draws. */
export const LIST_WORDS: readonly string[] = wordList(`
mailing list|mailinglist|mailing-list|maillist|mailingliste|liste de diffusion|lista de correo|lista di discussione|
lista de discussão|mailinglijst|sändlista|postituslista|lista dyskusyjna|メーリングリスト
`);
