-- A feature that few answers hold now stands in one row, its first, however far apart their ids are: most features are
-- rare. The first row of any other feature holds its totals, as before (see src/decide/answers/answer-blocks.ts). What was learned
-- is learned anew by the sweep; the table held nothing else.

truncate answer_features;
update answer_totals set features_version = 0 where tickets > 0;
