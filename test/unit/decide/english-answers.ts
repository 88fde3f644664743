import type { AboutAnswer } from '../../../src/decide/answers/people-named.ts';

/** Answers as agents write them. Each is the writer, the answer, and what only its customer may read. */
export type Writer = Omit<AboutAnswer, 'answer'>;

const DAN: Writer = {
  customer: 'harriet.moss@mail.example',
  customerNames: ['Harriet Moss'],
  agentName: 'Dan Whitfield',
  question:
    'Hello,\nwhere is my stuff?\nHarriet\nMy daughter Lucy cannot log in.\nHarriet\nWe at Kestrel Dental Practice need five more seats.\nHarriet Moss',
  others: [],
};
const RUTH: Writer = {
  customer: 'tobias.k@freemail.example',
  customerNames: ['Tobias Kern'],
  agentName: 'Ruth Adler',
  question: 'Hi, can you help me please?\nThanks, Tobias',
  others: [],
};
const SAM: Writer = {
  customer: 'nora.quill@firm.example',
  customerNames: ['Nora Quill'],
  agentName: 'Sam Ortiz',
  question:
    'Hello,\nI am writing for Bluebird Logistics. We cannot sign in.\nNora Quill\nOffice Manager\nBluebird Logistics',
  others: [],
};

export const ENGLISH: [Writer, string, string[]][] = [
  [
    RUTH,
    'Hello Tobias,\n\nThe key is QWZRTP. Type it into the box below the picture.\n\nBest wishes\nRuth',
    ['QWZRTP'],
  ],
  [
    DAN,
    'Hi Harriet,\n\nthanks for your patience. Your order 88213-A left our warehouse this morning.\n\nKind regards,\nDan Whitfield\nCustomer Care, Acme Ltd\n+44 161 496 0101',
    ['Harriet', '88213-A', 'Dan'],
  ],
  [
    DAN,
    'Dear Ms Moss,\n\nwe have refunded the amount to GB29 NWBK 6016 1331 9268 19. It can take up to five working days.\n\nBest,\nDan',
    ['GB29 NWBK 6016 1331 9268 19', 'Moss'],
  ],
  [
    DAN,
    'Hello,\n\nhere is your licence key: XQ7K-33PL-9WTT-0Z1M. Please enter it under Help > Activate.\n\nRegards\nDan',
    ['XQ7K-33PL-9WTT-0Z1M'],
  ],
  [
    DAN,
    'Your new licence key is ABCDE-FGHIJ-KLMNO-PQRST. Paste it into the box.\n\nCheers, Dan',
    ['ABCDE-FGHIJ-KLMNO-PQRST'],
  ],
  [
    DAN,
    'I reset your account. Your temporary password is Sunflower!Bridge and you will be asked to change it.\n\nDan',
    ['Sunflower!Bridge'],
  ],
  [DAN, 'You can log in again. Password: hunter-lake\nPlease change it soon.', ['hunter-lake']],
  [
    DAN,
    'You can follow it here: https://track.carrier.example/t/JJD0149903\nIt updates every few hours.',
    ['https://track.carrier.example/t/JJD0149903'],
  ],
  [
    DAN,
    'Click https://acme.example/reset?token=abcdefghijkl to choose a new password.',
    ['https://acme.example/reset?token=abcdefghijkl'],
  ],
  [DAN, 'The engineer will come on 15 March, that is Tuesday at 10, please be at home.', ['15 March', 'Tuesday at 10']],
  [DAN, 'I attached the return label. Print it and stick it on the box.', ['attached']],
  [DAN, 'We will send the replacement to 14 Elm Grove, Manchester M20 4QT, as you asked.', ['14 Elm Grove', 'M20 4QT']],
  [DAN, 'I have added Lucy to your family plan, Harriet.', ['Harriet', 'Lucy']],
  [
    DAN,
    'We tried to call you on (0161) 496 0345 but nobody picked up. Please tell us a good time.',
    ['(0161) 496 0345'],
  ],
  [DAN, 'We changed your address to harriet.private@post.example, use it to log in.', ['harriet.private@post.example']],
  [DAN, 'Your refund of £249.99 is on its way and will be on your card in five days.', ['£249.99']],
  [DAN, 'The card ending in 4417 was declined by your bank. Please use another.', ['4417']],
  [DAN, 'My colleague Priya from billing has looked at it and corrected the bill.\n\nBest wishes\nDan', ['Priya']],
  [DAN, 'Please see the screenshot below and click the red button.', ['screenshot']],
  [DAN, 'We have spoken with your landlord, Mr Okafor, and he will let us in.', ['Mr Okafor']],
  [DAN, 'We have added five seats to the account of Kestrel Dental Practice.', ['Kestrel Dental Practice']],
  [DAN, 'Your confirmation code is 837-221. Do not give it to anybody.', ['837-221']],
  [DAN, 'Your booking reference is QX4 7GH. Show it at the desk.', ['QX4 7GH']],
  [DAN, 'Your booking reference is QWERZT. Show it at the desk.', ['QWERZT']],
  [
    RUTH,
    'Good afternoon Tobias\n\nYour return TR-8841 has arrived and we will refund it.\n\nWith kind regards\n\nRuth Adler | Support\nAcme Ltd, 5 Dock Lane, Leeds',
    ['Tobias', 'Ruth', 'TR-8841'],
  ],
  [RUTH, 'The parcel was signed for by Marlene on the day of delivery.', ['Marlene']],
  [RUTH, 'It was left with your neighbour J. Hartmann.', ['J. Hartmann']],
  [RUTH, 'Your user name is tobi_kern. You can log in with it now.', ['tobi_kern']],
  [RUTH, 'I have set a new password for you: Xk9#pLm2\nPlease change it.', ['Xk9#pLm2']],
  [RUTH, 'The PIN for the door is 9921.', ['9921']],
  [RUTH, 'We have added the car LK21 ABC to your permit.', ['LK21 ABC']],
  [RUTH, 'Our driver will come next Thursday in the morning.', ['next Thursday']],
  [RUTH, 'We changed the address to 22 Harbour View, Bristol BS1 5TY.', ['22 Harbour View', 'BS1 5TY']],
  [RUTH, 'Please ring us back on 555-0142, extension 3.', ['555-0142']],
  [
    RUTH,
    'Your invoice is here: https://acme.example/u/7f3a9c21e0/invoice.pdf',
    ['https://acme.example/u/7f3a9c21e0/invoice.pdf'],
  ],
  [RUTH, 'As an apology, use the voucher SAVE-TOBIAS-10 on your next order.', ['SAVE-TOBIAS-10']],
  [RUTH, 'The outstanding balance is $1,204 and due at the end of the month.', ['$1,204']],
  [RUTH, 'Your table is booked for 7 pm, see you then!\n\nCheers', ['7 pm']],
  [RUTH, 'I passed it on to Mrs. Delacroix-Hart in accounts.', ['Mrs. Delacroix-Hart']],
  [RUTH, 'The payment from VISA-4021 was taken twice, we return one.', ['VISA-4021', '4021']],
  [RUTH, 'PFA the form. Fill it in and send it back.', ['PFA']],
  [RUTH, 'We sent it to the wallet 0x7Ae3f19B2c.', ['0x7Ae3f19B2c']],
  [RUTH, 'Your printer has the address 192.168.14.27, open it in a browser.', ['192.168.14.27']],
  [RUTH, 'We have released the device AC:DE:48:00:11:22.', ['AC:DE:48:00:11:22']],
  [SAM, 'Morning Nora,\n\nall sorted on our side now, you can sign in again.\n\nTake care,\nSam', ['Nora', 'Sam']],
  [SAM, 'Bluebird Logistics now has single sign-on; please log out and in again.', ['Bluebird Logistics']],
  [SAM, 'Username: nquill\nPassword: Copper-Kettle-9\nSign in and change it.', ['nquill']],
  [SAM, 'Username: nquill\nPassword: Copper-Kettle-9\nSign in and change it.', ['Copper-Kettle-9']],
  [SAM, 'UPS has it under 1Z 999 AA1 01 2345 6784 and it should be with you soon.', ['1Z 999 AA1 01 2345 6784']],
  [SAM, 'The unit S/N 4C-77-K is out of warranty, sorry.', ['S/N 4C-77-K']],
  [SAM, 'You are in seat 14C on the aisle.', ['seat 14C']],
  [SAM, 'Your subscription renews on May 3rd unless you cancel.', ['May 3rd']],
  [SAM, 'We booked you in for half past nine on Friday.', ['half past nine on Friday']],
  [SAM, 'The courier left it at Flat 3, 88 Canal Walk.', ['Flat 3, 88 Canal Walk']],
  [SAM, 'Dr. Amin can see you, please ring reception.', ['Dr. Amin']],
  [SAM, 'We moved your account eu-west-acct-5521 to the new plan.', ['eu-west-acct-5521']],
  [SAM, 'The guest network is called Acme, wifi: bluebird2024', ['wifi: bluebird2024']],
  [SAM, 'You will find the contract enclosed, please sign both copies.', ['enclosed']],
];

/** What everybody may read. */
export const HARMLESS_ENGLISH: [Writer, string][] = [
  [
    DAN,
    'Hi Harriet,\n\nTo reset your password, click "Forgot password" on the login page and follow the steps in the mail that we send you.\n\nBest regards,\nDan Whitfield',
  ],
  [
    DAN,
    'Hi Harriet,\n\nRefunds take 5 to 7 working days to reach your account. If nothing has come after 10 days, tell us.\n\nBest regards,\nDan Whitfield',
  ],
  [
    DAN,
    'Hi Harriet,\n\nYou need Windows 11 or macOS 14. Version 4.2.1 of the app fixes this; update it in the store.\n\nBest regards,\nDan Whitfield',
  ],
  [
    DAN,
    'Hi Harriet,\n\nWe are open Monday to Friday from 9 to 17. On weekends nobody answers the phone.\n\nBest regards,\nDan Whitfield',
  ],
  [
    DAN,
    'Hi Harriet,\n\nPlease hold the power button for 30 seconds, then plug it in again. If the light is red, do step 2 again.\n\nBest regards,\nDan Whitfield',
  ],
  [
    DAN,
    'Hi Harriet,\n\nYou find our terms at https://acme.example/terms and the form for returns at https://acme.example/help/returns.\n\nBest regards,\nDan Whitfield',
  ],
  [
    DAN,
    'Hi Harriet,\n\nStandard delivery takes 3-5 business days, express one. You can choose it at the checkout.\n\nBest regards,\nDan Whitfield',
  ],
  [
    DAN,
    'Hi Harriet,\n\nYour password must have at least 12 characters and one number. Do not use a password that you use elsewhere.\n\nBest regards,\nDan Whitfield',
  ],
  [
    DAN,
    'Hi Harriet,\n\nThe guarantee is two years. Please send the device with the bill to our workshop; we repair it and send it back free of charge.\n\nBest regards,\nDan Whitfield',
  ],
  [
    DAN,
    'Hi Harriet,\n\nYou can upgrade to the Pro plan in your settings. The price is charged each month and you can cancel any time.\n\nBest regards,\nDan Whitfield',
  ],
  [
    DAN,
    'Hi Harriet,\n\nPlease attach a photo of the damage to your reply, so that we can help you.\n\nBest regards,\nDan Whitfield',
  ],
  [
    DAN,
    'Hi Harriet,\n\nYour code is sent by text message. If it does not come, check that your phone number is right in your profile.\n\nBest regards,\nDan Whitfield',
  ],
  [RUTH, 'Hello Tobias,\n\nYour password is case-sensitive. Please check that caps lock is off.\n\nBest wishes\nRuth'],
  [
    RUTH,
    'Hello Tobias,\n\nThe PIN is printed on the back of the card. The login is on our home page.\n\nBest wishes\nRuth',
  ],
  [
    RUTH,
    'Hello Tobias,\n\nPassword: choose one with at least 12 characters. User name: the e-mail address of your account.\n\nBest wishes\nRuth',
  ],
  [RUTH, 'Hello Tobias,\n\nWe are open Monday to Friday at 9, and on Saturday until noon.\n\nBest wishes\nRuth'],
  [RUTH, 'Hello Tobias,\n\nIf you see the error code EACCES, run the installer as administrator.\n\nBest wishes\nRuth'],
  [
    RUTH,
    'Hello Tobias,\n\nOpen the Device Manager Settings and install the driver Update from our site.\n\nBest wishes\nRuth',
  ],
  [RUTH, 'Hello Tobias,\n\nAsk your manager for access. Our partner portal lists all dealers.\n\nBest wishes\nRuth'],
  [
    RUTH,
    'Hello Tobias,\n\nPlease send us the order number and a photo of the label, then we can look into it.\n\nBest wishes\nRuth',
  ],
  [
    RUTH,
    'Hello Tobias,\n\nGo to Settings > Account > Privacy and switch off "Share data". It takes up to 24 hours.\n\nBest wishes\nRuth',
  ],
  [
    RUTH,
    'Hello Tobias,\n\nThe Basic plan has 3 users, the Team plan 10. You can change it any time.\n\nBest wishes\nRuth',
  ],
  [
    RUTH,
    'Hello Tobias,\n\nOur returns centre is closed on public holidays. In the week after, it may take a few days more.\n\nBest wishes\nRuth',
  ],
  [RUTH, 'Hello Tobias,\n\nPlease hold the reset key for 10 seconds until the light turns green.\n\nBest wishes\nRuth'],
  [
    RUTH,
    'Hello Tobias,\n\nThe booking is confirmed as soon as you get our mail. Look into your spam folder too.\n\nBest wishes\nRuth',
  ],
  [
    RUTH,
    'Hello Tobias,\n\nYou can choose your user name when you sign up. It is shown to everybody.\n\nBest wishes\nRuth',
  ],
  [RUTH, 'Hello Tobias,\n\nThe reference is at the top of your bill.\n\nBest wishes\nRuth'],
  [
    SAM,
    'Hello Nora,\n\nPlease clear the cache of your browser and try again in a private window.\n\nRegards,\nSam Ortiz',
  ],
  [SAM, 'Hello Nora,\n\nSign-in works again since this morning; we are sorry for the trouble.\n\nRegards,\nSam Ortiz'],
  [
    SAM,
    'Hello Nora,\n\nYou can add colleagues under Settings > Team. They get an invitation by mail.\n\nRegards,\nSam Ortiz',
  ],
  [SAM, 'Hello Nora,\n\nOur help page lists all limits: https://help.acme.example/limits\n\nRegards,\nSam Ortiz'],
  [SAM, 'Hello Nora,\n\nThe licence is valid for one year and for up to 5 devices.\n\nRegards,\nSam Ortiz'],
  [SAM, 'Hello Nora,\n\nMr and Mrs are optional in the form, leave them empty if you like.\n\nRegards,\nSam Ortiz'],
  [SAM, 'Hello Nora,\n\nAsk the owner of the account to send you a new invitation.\n\nRegards,\nSam Ortiz'],
  [SAM, 'Hello Nora,\n\nTell your manager that the trial ends after 30 days.\n\nRegards,\nSam Ortiz'],
];
