import type { Writer } from './english-answers.ts';

/** Answers as agents write them in German, French and Spanish. Each is the writer, the answer, and what only its customer may read. */

const KATRIN: Writer = {
  customer: 'jonas.weber@post.example',
  customerNames: ['Jonas Weber'],
  agentName: 'Katrin Vogel',
  question: 'Hallo,\nwo ist mein Paket?\nJonas Weber',
  others: [],
};
const SVEN: Writer = {
  customer: 'info@gartenbau-huber.example',
  customerNames: ['Gartenbau Huber'],
  agentName: 'Sven Koch',
  question:
    'Guten Tag,\nwir von der Gartenbau Huber GmbH brauchen eine Kopie.\nMit freundlichen Grüßen\nErika Huber\nGartenbau Huber GmbH',
  others: [],
};
const AMELIE: Writer = {
  customer: 'luc.perrin@poste.example',
  customerNames: ['Luc Perrin'],
  agentName: 'Amélie Durand',
  question: 'Bonjour,\noù est mon colis ?\nLuc Perrin',
  others: [],
};
const HUGO: Writer = {
  customer: 's.benali@courriel.example',
  customerNames: ['Samira Benali'],
  agentName: 'Hugo Petit',
  question: 'Bonjour, je suis Samira, je ne peux pas me connecter.',
  others: [],
};
const JORGE: Writer = {
  customer: 'pilar.ramos@correo.example',
  customerNames: ['Pilar Ramos'],
  agentName: 'Jorge Ibáñez',
  question: 'Hola,\n¿dónde está mi pedido?\nPilar Ramos',
  others: [],
};
const LUCIA: Writer = {
  customer: 'raul@correo.example',
  customerNames: ['Raúl Gómez'],
  agentName: 'Lucía Vega',
  question: 'Hola, soy Raúl.',
  others: [],
};
const EVA: Writer = {
  customer: 't.maurer@post.example',
  customerNames: ['Thomas Maurer'],
  agentName: 'Eva Lang',
  question: 'Guten Tag, meine Tochter Lena kann sich nicht anmelden.\nGruß\nT. Maurer',
  others: [],
};
const PAUL: Writer = {
  customer: 'claire.roy@poste.example',
  customerNames: ['Claire Roy'],
  agentName: 'Paul Morel',
  question: 'Bonjour, mon mari Julien ne reçoit rien.',
  others: [],
};
const IVAN: Writer = {
  customer: 'ana.torres@correo.example',
  customerNames: ['Ana Torres'],
  agentName: 'Iván Soto',
  question: 'Hola, soy Ana Torres.',
  others: [],
};

export const FOREIGN: [Writer, string, string[]][] = [
  [
    KATRIN,
    'Sehr geehrter Herr Weber,\n\ndie Rechnung R-2024-00817 haben wir storniert.\n\nMit freundlichen Grüßen\nKatrin Vogel\nKundenservice\nTel. 0711 123456',
    ['Weber', 'R-2024-00817', 'Katrin', '0711'],
  ],
  [
    KATRIN,
    'Hallo Jonas,\n\nwir haben das Geld auf das Konto DE89 3704 0044 0532 0130 00 überwiesen.\n\nViele Grüße\nKatrin',
    ['DE89 3704 0044 0532 0130 00'],
  ],
  [KATRIN, 'Guten Tag,\n\nim Anhang finden Sie das Rücksendeetikett.\n\nLG Katrin', ['im anhang']],
  [KATRIN, 'Ihr neues Passwort lautet Blauwal77. Bitte ändern Sie es nach der Anmeldung.', ['Blauwal77']],
  [KATRIN, 'Ihr vorläufiges Kennwort: Apfelbaum\nBitte ändern Sie es bald.', ['Apfelbaum']],
  [KATRIN, 'Der Techniker kommt am Mittwoch, dem 12. Juni, um 14 Uhr zu Ihnen.', ['12. Juni', '14 Uhr']],
  [KATRIN, 'Wir liefern an Lindenweg 4a, 70173 Stuttgart.', ['Lindenweg 4a', '70173']],
  [KATRIN, 'Das Fahrzeug mit dem Kennzeichen S-AB 1234 ist nun eingetragen.', ['S-AB 1234']],
  [KATRIN, 'Ihre Ansprechpartnerin ist Frau Özdemir, sie ruft Sie zurück.', ['Frau Özdemir']],
  [KATRIN, 'Wir schreiben Ihnen 49,90 Euro gut.', ['49,90']],
  [
    AMELIE,
    'Bonjour Monsieur Perrin,\n\nvotre commande CMD-55120 est partie ce matin.\n\nBien cordialement,\nAmélie Durand\nService client',
    ['Perrin', 'CMD-55120', 'Amélie'],
  ],
  [AMELIE, 'Nous avons essayé de vous joindre au 06 39 98 12 34, sans succès.', ['06 39 98 12 34']],
  [AMELIE, 'Vous trouverez ci-joint la facture corrigée.\n\nCordialement', ['ci-joint']],
  [AMELIE, 'Le colis sera livré au 12, rue des Lilas, 69003 Lyon.', ['12, rue des Lilas', '69003']],
  [AMELIE, 'Votre mot de passe provisoire est Tournesol ; changez-le dès la connexion.', ['Tournesol']],
  [AMELIE, 'Le technicien passera le mardi 3 avril entre 9 h et 11 h.', ['mardi 3 avril', '3 avril']],
  [AMELIE, 'Mme Lefèvre, de la comptabilité, a corrigé votre facture.', ['Mme Lefèvre']],
  [
    JORGE,
    'Hola Pilar:\n\nsu pedido ES-99120 ya ha salido.\n\nUn cordial saludo,\nJorge Ibáñez\nAtención al cliente',
    ['Pilar', 'ES-99120', 'Jorge'],
  ],
  [JORGE, 'Le adjunto la etiqueta de devolución.\n\nSaludos', ['adjunto']],
  [JORGE, 'Su contraseña temporal es Girasol; cámbiela al entrar.', ['Girasol']],
  [JORGE, 'Lo enviaremos a la Calle Mayor 15, 28013 Madrid.', ['calle mayor 15']],
  [JORGE, 'Le hemos llamado al 612 345 678 sin éxito.', ['612 345 678']],
  [JORGE, 'El técnico irá el lunes 5 de mayo por la mañana.', ['5 de mayo']],
  [JORGE, 'Hemos hecho la transferencia a la cuenta ES91 2100 0418 4502 0005 1332.', ['ES91 2100 0418 4502 0005 1332']],
  [JORGE, 'La persona autorizada, doña Carmen Vidal, puede recogerlo.', ['Carmen']],
  [
    SVEN,
    'Sehr geehrte Frau Huber,\n\ndie Kopie für Gartenbau Huber GmbH ist unterwegs.\n\nMit besten Grüßen\nSven Koch',
    ['Huber', 'Sven'],
  ],
  [SVEN, 'Guten Tag,\nwir haben Gartenbau Huber GmbH als Empfänger eingetragen.\nVG Sven', ['Gartenbau Huber']],
  [SVEN, 'Meine Kollegin Anna Schulz hat die Rechnung berichtigt.', ['Anna Schulz']],
  [SVEN, 'Das Paket hat Ihr Mann Peter angenommen.', ['Peter']],
  [SVEN, 'Das Kennzeichen M-XY 482 ist nun hinterlegt.', ['M-XY 482']],
  [SVEN, 'Der Monteur kommt nächsten Dienstag.', ['nächsten Dienstag']],
  [SVEN, 'Wir rufen Sie am Donnerstagnachmittag an.', ['Donnerstagnachmittag']],
  [SVEN, 'Ihre Kundennummer ist KD-4471.', ['KD-4471']],
  [SVEN, 'Wir haben die Anschrift geändert: Am Anger 7, 04109 Leipzig.', ['Am Anger 7', '04109']],
  [SVEN, 'Bitte prüfen Sie die IBAN DE12500105170648489890.', ['DE12500105170648489890']],
  [SVEN, 'Wir haben das Formular beigefügt: erhalten Sie das Formular.', ['beigefügt']],
  [HUGO, 'Bonjour Samira,\n\nvotre compte est débloqué.\n\nBonne journée,\nHugo', ['Samira', 'Hugo']],
  [HUGO, 'Ma collègue Nadia vous rappellera.', ['Nadia']],
  [HUGO, 'Le véhicule immatriculé AB-123-CD est enregistré.', ['AB-123-CD']],
  [HUGO, 'Le virement a été fait sur FR76 3000 6000 0112 3456 7890 189.', ['FR76 3000 6000 0112 3456 7890 189']],
  [HUGO, 'Le livreur passera jeudi matin.', ['jeudi matin']],
  [HUGO, 'Je vous joins le bon de retour.', ['je vous joins']],
  [HUGO, 'Nous livrons au 8 avenue Foch, 75116 Paris.', ['8 avenue Foch', '75116']],
  [HUGO, 'Votre identifiant est samira_b.', ['samira_b']],
  [LUCIA, 'Estimado Raúl:\n\nsu cuenta ya funciona.\n\nReciba un cordial saludo,\nLucía Vega', ['Raúl', 'Lucía']],
  [LUCIA, 'Se lo entregamos a su vecina Marta Ruiz.', ['Marta Ruiz']],
  [LUCIA, 'El coche con matrícula 1234 BCD ya está dado de alta.', ['1234 BCD']],
  [LUCIA, 'El técnico irá el próximo martes.', ['próximo martes']],
  [LUCIA, 'Su nueva clave es Luna2024.', ['Luna2024']],
  [LUCIA, 'Le envío anexo el formulario.', ['anexo']],
  [EVA, 'Wir haben das Konto von Lena freigeschaltet.', ['Lena']],
  [
    EVA,
    'Lieber Herr Maurer,\n\nder Vertrag auf den Namen Maurer läuft weiter.\n\nHerzliche Grüße aus Köln\nEva Lang',
    ['Maurer'],
  ],
  [EVA, 'Bitte überweisen Sie auf AT61 1904 3002 3457 3201.', ['AT61 1904 3002 3457 3201']],
  [EVA, 'Unter 0171 2345678 war niemand zu erreichen.', ['0171 2345678']],
  [EVA, 'Die Frist endet am 4. März.', ['4. März']],
  [EVA, 'Wir schreiben an Postfach 1123, 50667 Köln.', ['Postfach 1123', '50667']],
  [PAUL, 'Nous avons renvoyé le message à Julien.', ['Julien']],
  [PAUL, 'Le dossier FR-20931 est clos.', ['FR-20931']],
  [PAUL, 'Votre rendez-vous est le 14 juillet.', ['14 juillet']],
  [PAUL, 'Nous vous rembourserons 1 250,00 € sous peu.', ['1 250,00 €']],
  [IVAN, 'Buenas tardes, Ana:\n\nya puede entrar.\n\nUn abrazo,\nIván', ['Ana', 'Iván']],
  [IVAN, 'Hemos corregido el NIE X1234567L.', ['X1234567L']],
  [IVAN, 'El paquete va a la avenida de la Paz 7.', ['avenida de la Paz 7']],
  [IVAN, 'Le devolvemos 34,95 euros.', ['34,95']],
];

/** What everybody may read. */
export const HARMLESS_FOREIGN: [Writer, string][] = [
  [
    KATRIN,
    'Guten Tag Herr Weber,\n\nBitte klicken Sie auf „Passwort vergessen“ und folgen Sie den Schritten in der E-Mail.\n\nFreundliche Grüße\nKatrin Vogel',
  ],
  [
    KATRIN,
    'Guten Tag Herr Weber,\n\nDie Rückgabe ist innerhalb von 14 Tagen möglich. Das Etikett drucken Sie im Kundenkonto aus.\n\nFreundliche Grüße\nKatrin Vogel',
  ],
  [
    KATRIN,
    'Guten Tag Herr Weber,\n\nDie Lieferung dauert 2 bis 4 Werktage. Am Wochenende wird nicht ausgeliefert.\n\nFreundliche Grüße\nKatrin Vogel',
  ],
  [
    KATRIN,
    'Guten Tag Herr Weber,\n\nHalten Sie die Taste 10 Sekunden gedrückt, bis das Licht blinkt. Danach startet das Gerät neu.\n\nFreundliche Grüße\nKatrin Vogel',
  ],
  [
    AMELIE,
    'Bonjour,\n\nles remboursements prennent 5 jours ouvrés. Cliquez sur « Mot de passe oublié » pour vous connecter.\n\nCordialement,\nAmélie',
  ],
  [
    AMELIE,
    'Bonjour Luc,\n\nla livraison prend 3 à 5 jours. Vous pouvez choisir l’express au paiement.\n\nÀ bientôt,\nAmélie',
  ],
  [JORGE, 'Buenos días, Pilar:\n\nlas devoluciones tardan de 5 a 7 días laborables.\n\nAtentamente,\nJorge'],
  [
    JORGE,
    'Hola:\n\npulse «¿Olvidó su contraseña?» y siga los pasos del correo que le enviamos.\n\nReciba un cordial saludo,\nJorge Ibáñez',
  ],
  [
    SVEN,
    'Hallo Frau Huber,\n\nIhr Passwort ist abgelaufen. Bitte legen Sie ein neues fest; es muss zwölf Zeichen haben.\n\nBeste Grüße\nSven Koch',
  ],
  [SVEN, 'Hallo Frau Huber,\n\nWir sind von Montag bis Freitag von 8 bis 18 Uhr für Sie da.\n\nBeste Grüße\nSven Koch'],
  [
    SVEN,
    'Hallo Frau Huber,\n\nIm Mitarbeiter Portal finden Sie unter Einstellungen den Punkt Sprache.\n\nBeste Grüße\nSven Koch',
  ],
  [
    SVEN,
    'Hallo Frau Huber,\n\nIhre Rechnung finden Sie im Kundenkonto unter Bestellungen. Dort können Sie sie auch ausdrucken.\n\nBeste Grüße\nSven Koch',
  ],
  [SVEN, 'Hallo Frau Huber,\n\nDer Versand ist kostenlos.\n\nBeste Grüße\nSven Koch'],
  [SVEN, 'Hallo Frau Huber,\n\nDie Kundennummer steht oben rechts auf der Rechnung.\n\nBeste Grüße\nSven Koch'],
  [SVEN, 'Hallo Frau Huber,\n\nBitte trennen Sie das Gerät für 30 Sekunden vom Strom.\n\nBeste Grüße\nSven Koch'],
  [
    HUGO,
    'Bonjour Madame,\n\nVotre mot de passe doit contenir douze caractères.\n\nBien à vous,\nHugo Petit\nService client',
  ],
  [HUGO, 'Bonjour Madame,\n\nNous sommes ouverts du lundi au vendredi.\n\nBien à vous,\nHugo Petit\nService client'],
  [
    HUGO,
    'Bonjour Madame,\n\nRedémarrez l’appareil, puis attendez 30 secondes.\n\nBien à vous,\nHugo Petit\nService client',
  ],
  [
    HUGO,
    'Bonjour Madame,\n\nVous trouverez la facture dans votre compte, rubrique Commandes.\n\nBien à vous,\nHugo Petit\nService client',
  ],
  [LUCIA, 'Hola Raúl,\n\nSu contraseña debe tener doce caracteres.\n\nSaludos cordiales,\nLucía'],
  [LUCIA, 'Hola Raúl,\n\nAbrimos de lunes a viernes.\n\nSaludos cordiales,\nLucía'],
  [LUCIA, 'Hola Raúl,\n\nPuede ver la factura en su cuenta, en Pedidos.\n\nSaludos cordiales,\nLucía'],
  [LUCIA, 'Hola Raúl,\n\nEl plazo de devolución es de 30 días.\n\nSaludos cordiales,\nLucía'],
  [
    EVA,
    'Guten Tag Herr Maurer,\n\nBitte leeren Sie den Zwischenspeicher des Browsers und melden Sie sich neu an.\n\nViele Grüße\nEva Lang',
  ],
  [
    EVA,
    'Guten Tag Herr Maurer,\n\nDie Garantie beträgt zwei Jahre ab Kauf. Heben Sie den Beleg auf.\n\nViele Grüße\nEva Lang',
  ],
  [
    EVA,
    'Guten Tag Herr Maurer,\n\nDas Etikett finden Sie in Ihrem Kundenkonto. Geben Sie das Paket bei jeder Filiale ab.\n\nViele Grüße\nEva Lang',
  ],
  [EVA, 'Guten Tag Herr Maurer,\n\nSie erreichen uns Mo-Fr von 9 bis 17 Uhr.\n\nViele Grüße\nEva Lang'],
  [
    EVA,
    'Guten Tag Herr Maurer,\n\nDer Code kommt per SMS. Prüfen Sie, ob Ihre Nummer stimmt.\n\nViele Grüße\nEva Lang',
  ],
  [PAUL, 'Bonjour Claire,\n\nVidez le cache du navigateur, puis reconnectez-vous.\n\nBonne journée,\nPaul Morel'],
  [PAUL, 'Bonjour Claire,\n\nLa garantie est de deux ans.\n\nBonne journée,\nPaul Morel'],
  [PAUL, 'Bonjour Claire,\n\nLe service est ouvert du lundi au vendredi de 9 h à 18 h.\n\nBonne journée,\nPaul Morel'],
  [IVAN, 'Hola Ana:\n\nBorre la caché del navegador e inténtelo otra vez.\n\nUn saludo,\nIván Soto'],
  [IVAN, 'Hola Ana:\n\nLa garantía es de dos años.\n\nUn saludo,\nIván Soto'],
  [IVAN, 'Hola Ana:\n\nAtendemos de lunes a viernes de 9 a 18 h.\n\nUn saludo,\nIván Soto'],
];
