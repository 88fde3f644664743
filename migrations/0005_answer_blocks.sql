-- What answers weigh for a feature now stands together: one row for up to 256 answers instead of one row each. Learning a
-- ticket changes as many rows as it has features, a look-up reads whole profiles at once, and a desk of a million tickets
-- is loaded in minutes. What was learned is learned anew by the sweep; the old tables held nothing else.

drop table answer_features, answer_feature_totals;

create table answer_features (
  feature integer not null,
  -- id of the answer / 256; or -1: the feature's totals, only where it has several blocks
  block integer not null,
  -- see src/decide/answers/answer-blocks.ts
  entries bytea not null,
  primary key (feature, block)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);
alter table answer_features alter column entries set storage external;

update answer_totals set features_version = 0 where tickets > 0;
