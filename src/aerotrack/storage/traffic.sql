-- The statements that count the traffic of the past, by name.


-- name: spans
-- How many flights begin and are over in each step from $1 to $2 (Unix times) of $3 seconds: rows with `first` or
-- `last` set. A flight that began before has -1, one that is heard later the number of steps. The row of an open
-- flight is up to a minute behind what was heard of it.
select s.first, s.last, count(*)::integer as flights
from (
    select greatest(-1, floor(((f.flight_id & 4294967295) - $1::double precision) / $3::double precision))::integer as first,
           least(ceil(($2::double precision - $1) / $3),
                 floor((extract(epoch from f.last_heard)::double precision - $1
                        + case when f.ended_at is null then 60 else 0 end) / $3))::integer as last
    from aerotrack.flight f
    where f.started_at < to_timestamp($2)
      and f.last_heard >= to_timestamp($1) - case when f.ended_at is null then interval '60 seconds' else interval '0' end
) s
group by grouping sets ((s.first), (s.last));

-- name: stored
-- The ten minutes from $1 to $2 of which a position is stored, by their begin: a look at one row of each.
select extract(epoch from b)::double precision as begins
from generate_series(
    date_bin('10 minutes', to_timestamp($1::double precision), '2000-01-01 00:00Z'),
    to_timestamp($2::double precision) - interval '1 microsecond', interval '10 minutes'
) b
left join lateral (
    select true as found from aerotrack.position_archive a where a.bucket = b limit 1
) archived on true
left join lateral (
    select true as found from aerotrack.position_hot p
    where archived.found is null and p.time >= b and p.time < b + interval '10 minutes' limit 1
) hot on true
where archived.found or hot.found;
