-- A closing mail can open its ticket again, by a link or its mailto: twin.

alter type token_purpose add value 'reopen';
