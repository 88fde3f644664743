import { expect, test } from 'vitest';
import { guessLanguage } from '../../../src/mail/words/guess-language.ts';

test.each([
  ['en', 'Hello, I cannot log in any more.'],
  ['de', 'Hallo Team, könnt ihr mir die Rechnung noch einmal schicken?'],
  ['de', 'Wo bleibt mein Paket?'],
  ['fr', 'Bonjour, ma commande est arrivée abîmée.'],
  ['es', 'Buenos días, mi pedido llegó dañado.'],
  ['it', 'Buongiorno, il mio ordine è arrivato danneggiato.'],
  ['nl', 'Goedemorgen, mijn bestelling is beschadigd aangekomen.'],
  ['pt', 'Bom dia, o meu pedido chegou danificado.'],
  ['pl', 'Gdzie jest moja paczka?'],
  ['sv', 'Var är mitt paket?'],
])('a sentence of a customer is %s: %s', async (language, text) => {
  expect(await guessLanguage(text)).toBe(language);
});

test.each([
  'Refund?',
  'password reset',
  '¿Reembolso?',
  'Falta la factura',
  '',
  '4711 / 2026-11-30 / https://acme.example/bestellung/4711/rechnung',
  'jo.mueller@kunde.example',
  'OK',
])('of "%s" nobody can say it', async (text) => {
  expect(await guessLanguage(text)).toBeUndefined();
});
