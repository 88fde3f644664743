/** Phrases between bars. */
const list = (phrases: string) => phrases.split('|').map((phrase) => phrase.replace(/\s+/g, ' ').trim());

/**
 * What people write to a desk when they only want to say thanks, by language: whole phrases in lower case, without marks. A mail whose
 * words are made of nothing else says nothing that anybody must act on. Left out on purpose: whatever can begin a "but", names a thing
 * that is still broken, or asks.
 */
export const THANKS: Record<string, readonly string[]> = {
  en: list(`thank you | thank you very much | thank you so much | thanks | thanks a lot | thanks a million |
    thanks very much | thanks so much | many thanks | thx | ty | tysm | cheers | much appreciated |
    i appreciate it | i really appreciate it | appreciated | you are the best | you’re the best`),
  de: list(`danke | danke schön | dankeschön | danke sehr | danke ihnen | danke dir | vielen dank |
    vielen lieben dank | herzlichen dank | besten dank | lieben dank | tausend dank | ich danke ihnen |
    merci vielmals`),
  fr: list(`merci | merci beaucoup | merci bien | un grand merci | mille mercis | merci à vous |
    je vous remercie`),
  es: list(`gracias | muchas gracias | mil gracias | muchísimas gracias | se lo agradezco | te lo agradezco`),
  it: list(`grazie | grazie mille | mille grazie | molte grazie | tante grazie | la ringrazio | vi ringrazio`),
  pt: list(`obrigado | obrigada | muito obrigado | muito obrigada | agradeço | agradecido | agradecida |
    valeu`),
  nl: list(`dank | dank u | dank u wel | dank je | dank je wel | bedankt | hartelijk dank | dankjewel |
    dankuwel | heel erg bedankt`),
  sv: list(`tack | tack så mycket | tusen tack | stort tack | många tack | tackar`),
  da: list(`tak | mange tak | tusind tak | tak skal du have | tak skal i have`),
  no: list(`takk | tusen takk | mange takk | takk skal du ha | takk skal dere ha`),
  fi: list(`kiitos | kiitos paljon | paljon kiitoksia | kiitoksia | suuri kiitos`),
  is: list(`takk fyrir | kærar þakkir | bestu þakkir`),
  pl: list(`dziękuję | dziękuje | dziękuję bardzo | bardzo dziękuję | dzięki | wielkie dzięki | dziękujemy`),
  cs: list(`děkuji | děkuji moc | moc děkuji | díky | děkujeme | mockrát děkuji | děkuju`),
  sk: list(`ďakujem | ďakujem veľmi pekne | ďakujeme | vďaka | veľmi pekne ďakujem`),
  sl: list(`hvala | hvala lepa | najlepša hvala`),
  hr: list(`puno hvala | hvala vam | hvala puno | hvala vam puno`),
  hu: list(`köszönöm | köszönöm szépen | nagyon köszönöm | köszönjük | köszi`),
  ro: list(`mulțumesc | mulţumesc | mulțumesc mult | vă mulțumesc | mersi`),
  bg: list(`благодаря | много благодаря | благодаря ви | мерси`),
  ru: list(`спасибо | большое спасибо | спасибо большое | спасибо вам | благодарю | благодарю вас |
    огромное спасибо`),
  uk: list(`дякую | дуже дякую | щиро дякую | дякуємо | красно дякую`),
  el: list(`ευχαριστώ | ευχαριστώ πολύ | σας ευχαριστώ | σας ευχαριστώ πολύ`),
  tr: list(`teşekkürler | teşekkür ederim | çok teşekkürler | çok teşekkür ederim | sağ olun | sağolun`),
  et: list(`aitäh | suur tänu | tänan | tänan väga`),
  lv: list(`paldies | liels paldies`),
  lt: list(`ačiū | labai ačiū | dėkoju | dėkui`),
  ca: list(`gràcies | moltes gràcies`),
  ja: list(
    `ありがとう | ありがとうございます | ありがとうございました | 有難うございます | 有難うございました | 感謝します | 感謝いたします`,
  ),
  zh: list(`谢谢 | 謝謝 | 谢谢你 | 谢谢您 | 謝謝您 | 多谢 | 多謝 | 非常感谢 | 非常感謝 | 感谢 | 感謝 | 十分感谢`),
  ko: list(`감사합니다 | 고맙습니다 | 정말 감사합니다 | 대단히 감사합니다 | 감사드립니다`),
  ar: list(`شكرا | شكرا جزيلا | شكرا لك | شكرا لكم`),
  he: list(`תודה | תודה רבה | המון תודה`),
  fa: list(`ممنون | متشکرم | سپاس | خیلی ممنون | با تشکر`),
  hi: list(`धन्यवाद | बहुत धन्यवाद | शुक्रिया`),
  vi: list(`cảm ơn | cám ơn | cảm ơn bạn | cảm ơn nhiều | xin cảm ơn`),
  id: list(`terima kasih | terima kasih banyak | makasih`),
  th: list(`ขอบคุณ | ขอบคุณครับ | ขอบคุณค่ะ | ขอบคุณมาก`),
};

/** What stands beside thanks and says no more: for what, that all is well, a salutation, a farewell. */
export const BESIDE_THANKS: Record<string, readonly string[]> = {
  en: list(`again | for your help | for the help | for all your help | for your support | for the support |
    for your time | for your answer | for the answer | for your reply | for the reply | for your quick reply |
    for the quick reply | for the quick response | for your quick response | for the quick help |
    for your quick help | for the fast help | for the fast reply | for your prompt reply | for the info |
    for the information | for letting me know | for everything | for the explanation | that helped |
    that helped a lot | this helped | it works | it works now | it works again | it is working now |
    it’s working now | that works | works now | works great | works perfectly | works | working now |
    everything works | everything works now | all works now | all good | all good now | all is well |
    all fine now | problem solved | issue solved | issue resolved | that solved it | that fixed it |
    that did it | solved | perfect | great | wonderful | excellent | awesome | super | nice | ok | okay |
    got it | understood | noted | well done | great job | great service | have a nice day | have a great day |
    have a good day | have a nice weekend | have a great weekend | hi | hello | hey | dear | dear team |
    hi team | hi all | all | team | regards | best regards | kind regards | warm regards | best wishes | best |
    sincerely | yours | and`),
  de: list(`nochmals | noch einmal | nochmal | für ihre hilfe | für die hilfe | für deine hilfe |
    für eure hilfe | für die schnelle hilfe | für ihre schnelle hilfe | für die schnelle antwort |
    für ihre schnelle antwort | für die rasche antwort | für die antwort | für ihre antwort |
    für die rückmeldung | für ihre rückmeldung | für die schnelle rückmeldung | für die info | für ihre mühe |
    für die unterstützung | für ihre unterstützung | für alles | das hat geholfen | hat geholfen |
    es funktioniert | es funktioniert jetzt | funktioniert jetzt | funktioniert | jetzt funktioniert es |
    jetzt geht es | es geht wieder | es klappt | hat geklappt | alles gut | alles bestens | alles klar |
    problem gelöst | erledigt | perfekt | super | prima | toll | klasse | sehr gut | hallo | guten tag |
    guten morgen | sehr geehrte damen und herren | liebes team | hallo zusammen | schönen tag noch |
    einen schönen tag | schönes wochenende | viele grüße | liebe grüße | freundliche grüße |
    mit freundlichen grüßen | mit freundlichen grüssen | beste grüße | schöne grüße | mfg | lg | vg | und`),
  fr: list(`encore | pour votre aide | pour ton aide | pour l’aide | pour votre réponse | pour la réponse |
    pour votre réponse rapide | pour votre rapidité | pour votre réactivité | pour tout | ça marche |
    cela marche | ça fonctionne | cela fonctionne | tout fonctionne | tout va bien | problème résolu |
    parfait | super | génial | très bien | d’accord | bonjour | bonsoir | madame | monsieur | bonne journée |
    bonne soirée | bon week-end | cordialement | bien cordialement | bien à vous | salutations | et`),
  es: list(`de nuevo | otra vez | por su ayuda | por tu ayuda | por la ayuda | por su respuesta |
    por la respuesta | por su rápida respuesta | por la rápida respuesta | por todo | ya funciona | funciona |
    todo bien | todo funciona | problema resuelto | solucionado | perfecto | genial | excelente | muy bien |
    de acuerdo | hola | buenos días | buenas tardes | saludos | un saludo | saludos cordiales |
    un cordial saludo | buen día | y`),
  it: list(`ancora | di nuovo | per l’aiuto | per il vostro aiuto | per il suo aiuto | per la risposta |
    per la rapida risposta | per tutto | funziona | ora funziona | tutto ok | tutto bene | risolto |
    problema risolto | perfetto | ottimo | va bene | buongiorno | buonasera | ciao | salve | cordiali saluti |
    saluti | distinti saluti | buona giornata | e`),
  pt: list(`mais uma vez | pela ajuda | pela sua ajuda | pela resposta | pela rápida resposta | por tudo |
    já funciona | funciona | funcionou | tudo certo | tudo bem | resolvido | problema resolvido | perfeito |
    ótimo | olá | oi | bom dia | boa tarde | cumprimentos | atenciosamente | abraço | e`),
  nl: list(`nogmaals | voor uw hulp | voor je hulp | voor de hulp | voor uw reactie | voor de reactie |
    voor de snelle reactie | voor uw snelle reactie | voor het antwoord | voor alles | het werkt |
    het werkt nu | het werkt weer | opgelost | alles werkt | alles in orde | perfect | super | top | prima |
    goed | hallo | beste | goedemorgen | goedemiddag | met vriendelijke groet | met vriendelijke groeten |
    vriendelijke groeten | groeten | groetjes | fijne dag | en`),
  sv: list(`för hjälpen | för svaret | för snabbt svar | igen | det fungerar | nu fungerar det | perfekt |
    toppen | bra | hej | mvh | hälsningar | vänliga hälsningar | med vänliga hälsningar | ha en bra dag | och`),
  da: list(`for hjælpen | for svaret | for det hurtige svar | igen | det virker | det virker nu |
    nu virker det | perfekt | super | fint | hej | mvh | venlig hilsen | med venlig hilsen | hilsen | god dag |
    og`),
  no: list(`for hjelpen | for svaret | for raskt svar | igjen | det fungerer | nå fungerer det | perfekt |
    supert | flott | hei | mvh | hilsen | vennlig hilsen | med vennlig hilsen | ha en fin dag | og`),
  fi: list(`avusta | avustanne | vastauksesta | nopeasta vastauksesta | nyt toimii | se toimii | toimii |
    hienoa | hyvä | loistavaa | hei | moi | terveisin | ystävällisin terveisin | hyvää päivänjatkoa | ja`),
  pl: list(`za pomoc | za odpowiedź | za szybką odpowiedź | za szybką pomoc | jeszcze raz | działa |
    już działa | wszystko działa | super | świetnie | dzień dobry | witam | pozdrawiam | z poważaniem |
    serdecznie pozdrawiam | miłego dnia | i`),
  cs: list(`za pomoc | za odpověď | za rychlou odpověď | ještě jednou | funguje | už to funguje | funguje to |
    vše v pořádku | super | výborně | dobrý den | s pozdravem | hezký den | a`),
  sk: list(`za pomoc | za odpoveď | ešte raz | funguje | už to funguje | super | dobrý deň | s pozdravom |
    pekný deň | a`),
  hu: list(`a segítséget | a választ | a gyors választ | a gyors segítséget | működik | már működik | rendben |
    szuper | üdvözlettel | jó napot | tisztelettel | szép napot | és`),
  ro: list(`pentru ajutor | pentru răspuns | încă o dată | funcționează | acum funcționează | perfect | super |
    bună ziua | cu stimă | o zi bună | și`),
  ru: list(`за помощь | за ответ | за быстрый ответ | за быструю помощь | ещё раз | еще раз | работает |
    всё работает | все работает | теперь работает | всё хорошо | отлично | супер | хорошо | понятно |
    здравствуйте | добрый день | привет | с уважением | хорошего дня | и`),
  uk: list(`за допомогу | за відповідь | за швидку відповідь | ще раз | працює | все працює | тепер працює |
    чудово | супер | добре | добрий день | вітаю | з повагою | гарного дня | і | та`),
  el: list(`για τη βοήθεια | για την απάντηση | για την άμεση απάντηση | λειτουργεί | όλα καλά | τέλεια |
    καλημέρα | γεια σας | με εκτίμηση | καλή σας μέρα | και`),
  tr: list(`yardımınız için | cevabınız için | hızlı cevabınız için | tekrar | çalışıyor | şimdi çalışıyor |
    sorun çözüldü | harika | süper | tamam | merhaba | iyi günler | saygılarımla | iyi çalışmalar | ve`),
  ja: list(`お返事 | ご対応 | ご連絡 | 解決しました | 直りました | 動きました | 了解しました | 承知しました | 助かりました | お世話になっております | お世話になりました |
    よろしくお願いします | よろしくお願いいたします | どうも | 本当に | 早速の | を | いただき | 誠に`),
  zh: list(`您的帮助 | 你的帮助 | 的帮助 | 您的回复 | 的回复 | 帮助 | 回复 | 已经解决了 | 解决了 | 问题解决了 | 可以了 | 好的 | 收到 | 你好 | 您好 | 祝好 |
    辛苦了 | 了 | 很 | 非常`),
  ko: list(`도움 | 답변 | 빠른 답변 | 해결되었습니다 | 해결됐습니다 | 잘 됩니다 | 네 | 안녕하세요 | 주셔서 | 답변 주셔서 | 도와주셔서 | 수고하세요 | 좋은 하루 되세요 |
    정말`),
  ar: list(`على المساعدة | على مساعدتكم | على الرد | على ردكم السريع | تم حل المشكلة | ممتاز | مرحبا |
    السلام عليكم | تحياتي | مع التحية | و`),
  he: list(`על העזרה | על המענה | על התשובה | על המענה המהיר | זה עובד | עובד עכשיו | מעולה | הבעיה נפתרה |
    שלום | היי | בברכה | יום טוב`),
};
