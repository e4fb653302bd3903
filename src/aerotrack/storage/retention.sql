-- The statements of retention, by name.

-- name: stored_size
-- All that grows: bytes on disk, indexes and TOAST included.
select coalesce(sum(pg_total_relation_size(t.relid)), 0)::bigint
from (
    select relid from pg_partition_tree('aerotrack.position_hot')
    union all
    select relid from pg_partition_tree('aerotrack.position_archive')
    union all
    values ('aerotrack.flight'::regclass), ('aerotrack.event'::regclass)
) t;

-- name: days_by_age
-- Each archived day that was not added to within the last hour, the one stored longest ago first; its bytes,
-- which are 0 where its partition is gone; whether it is past its term of $1 seconds (NULL: none).
select d.day,
       coalesce(pg_total_relation_size(to_regclass('aerotrack.position_archive_' || to_char(d.day, 'YYYYMMDD'))), 0)::bigint
           as bytes,
       coalesce(d.stored_at < now() - $1::double precision * interval '1 second', false) as over
from aerotrack.day d
where d.stored_at < now() - interval '1 hour'
order by d.stored_at, d.day;

-- name: lock_day
-- In the order in which a reader locks: the whole, then its part.
lock table only aerotrack.position_archive in access exclusive mode;
lock table aerotrack.position_archive_{day} in access exclusive mode;

-- name: day_is_as_seen
select exists (
    select from aerotrack.day
    where day = $1 and stored_at < now() - interval '1 hour'
      and (not $2::boolean or stored_at < now() - $3::double precision * interval '1 second')
);

-- name: forget_day
-- And the recordings that were stored when the day was stored last and end on a day of which nothing is kept: their
-- positions are gone, so they can be stored again.
with gone as (
    delete from aerotrack.day where day = $1 returning day, stored_at
)
delete from aerotrack.recorder r using gone
where r.source not like 'spool:%' and r.source not like 'live:%'
  and r.at <= gone.stored_at
  and not exists (
      select from aerotrack.day d where d.day = (r.upto at time zone 'UTC')::date and d.day <> gone.day
  );

-- name: drop_day
drop table if exists aerotrack.position_archive_{day};

-- name: lock_bare_flights
-- Flights that ended and began on a day of which nothing is kept, neither archived nor hot: some of them may have
-- positions on a later day. Locked, so that a batch that brings such a flight again comes before us or after us.
with kept as (
    select day from aerotrack.day
    union
    select (substring(relid::text from '_(\d{8})_\d{4}$'))::date
    from pg_partition_tree('aerotrack.position_hot') where isleaf
), empty as (
    select s.day
    from generate_series(
        (select date_trunc('day', min(started_at), 'UTC') from aerotrack.flight),
        date_trunc('day', now() - interval '1 day', 'UTC'),
        interval '24 hours'
    ) s (day)
    where (s.day at time zone 'UTC')::date not in (select day from kept where day is not null)
)
select f.flight_id
from empty e
join aerotrack.flight f on f.started_at >= e.day and f.started_at < e.day + interval '24 hours'
where f.flight_id > $1 and f.ended_at < now() - interval '1 day'
order by f.flight_id
limit $2
for update of f skip locked;

-- name: drop_bare_flights
-- A second statement, which sees what was committed until the flights were locked. `offset 0` keeps the planner from
-- reading all positions to look for those of a few flights; a day around a flight is more than feeds are late.
with gone as (
    delete from aerotrack.flight f
    where f.flight_id = any($1::bigint[])
      and not exists (
          select from aerotrack.position_hot p
          where p.flight_id = f.flight_id
            and p.time between f.started_at - interval '1 day' and f.ended_at + interval '1 day'
          offset 0
      )
      and not exists (
          select from aerotrack.position_archive p
          where p.flight_id = f.flight_id
            and p.bucket between f.started_at - interval '1 day' and f.ended_at + interval '1 day'
          offset 0
      )
    returning f.flight_id
), events as (
    delete from aerotrack.event e using gone where e.flight_id = gone.flight_id returning e.id
)
select (select count(*) from gone) as flights, (select count(*) from events) as events;

-- name: drop_old_events
-- Those from before the oldest day of which something is kept.
with kept as (
    select day from aerotrack.day
    union all
    select (substring(relid::text from '_(\d{8})_\d{4}$'))::date
    from pg_partition_tree('aerotrack.position_hot') where isleaf
), old as (
    select id from aerotrack.event
    where time < (select min(day) from kept)::timestamp at time zone 'UTC'
    order by time
    limit $1
)
delete from aerotrack.event e using old where e.id = old.id;
