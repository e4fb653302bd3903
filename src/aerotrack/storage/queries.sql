-- The statements of the recorder and of the history, by name. Times cross as Unix seconds (double precision)
-- except where a column is COPYed.


-- The recorder ----------------------------------------------------------------------------------------

-- name: begin_source
-- A source's row must exist before it can be locked. -1: nothing stored, for stamps may begin with 0.
insert into aerotrack.recorder (source, seq, upto) values ($1, -1, '-infinity')
on conflict (source) do nothing;

-- name: forget_runs
-- A run of live sources is named at random; its row tells whether its last commit went through, soon of no use.
-- Not our own ($1): the database may have been away for longer while we wait to learn that.
delete from aerotrack.recorder where source like 'live:%' and source <> $1 and at < now() - interval '1 day';

-- name: watermark
select seq from aerotrack.recorder where source = $1;

-- name: lock_watermark
select seq from aerotrack.recorder where source = $1 for update;

-- name: move_watermark
insert into aerotrack.recorder (source, seq, upto) values ($1, $2, to_timestamp($3::double precision))
on conflict (source) do update
set seq = greatest(recorder.seq, excluded.seq), upto = greatest(recorder.upto, excluded.upto), at = now();

-- name: feeds
select name, feed_id from aerotrack.feed where name = any($1::text[]);

-- name: add_feeds
insert into aerotrack.feed (name)
select u.name from unnest($1::text[]) u (name)
where not exists (select from aerotrack.feed f where f.name = u.name)
on conflict (name) do nothing;

-- name: ensure_partitions
select aerotrack.ensure_partitions(to_timestamp($1::double precision), to_timestamp($2::double precision));

-- name: write_flights
-- What is not known now does not erase what was known before a restart. ended_at is never touched, so a leg that
-- has ended stays so; nor is split_reason: the first to write a flight knew why it began.
insert into aerotrack.flight as f (
    flight_id, started_at, split_reason, last_heard,
    callsign, registration, type_code, category, operator, origin, destination
)
select u.flight_id, to_timestamp(u.flight_id & 4294967295), u.reason, to_timestamp(u.last_heard),
       u.callsign, u.registration, u.type_code, u.category, u.operator, u.origin, u.destination
from unnest(
    $1::bigint[], $2::text[], $3::double precision[],
    $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]
) u (flight_id, reason, last_heard,
     callsign, registration, type_code, category, operator, origin, destination)
order by u.flight_id  -- two recorders lock rows in one order
on conflict (flight_id) do update
set callsign = coalesce(excluded.callsign, f.callsign),
    registration = coalesce(excluded.registration, f.registration),
    type_code = coalesce(excluded.type_code, f.type_code),
    category = coalesce(excluded.category, f.category),
    operator = coalesce(excluded.operator, f.operator),
    origin = coalesce(excluded.origin, f.origin),
    destination = coalesce(excluded.destination, f.destination);

-- name: refresh_flights
-- The newest word on a flight wins, so replaying an older one changes nothing.
update aerotrack.flight f
set last_heard = u.last_heard,
    last_lat = coalesce(u.lat, f.last_lat),
    last_lon = coalesce(u.lon, f.last_lon),
    last_altitude_ft = coalesce(u.altitude_ft, f.last_altitude_ft),
    last_on_ground = coalesce(u.on_ground, f.last_on_ground)
from (
    select flight_id, to_timestamp(last_heard) as last_heard, lat, lon, altitude_ft, on_ground
    from unnest(
        $1::bigint[], $2::double precision[], $3::double precision[], $4::double precision[], $5::real[], $6::boolean[]
    ) u (flight_id, last_heard, lat, lon, altitude_ft, on_ground)
    order by flight_id
) u
where f.flight_id = u.flight_id and f.last_heard <= u.last_heard;

-- name: end_flights
update aerotrack.flight f
set ended_at = to_timestamp(u.ended_at), last_heard = greatest(f.last_heard, to_timestamp(u.ended_at))
from unnest($1::bigint[], $2::double precision[]) u (flight_id, ended_at)
where f.flight_id = u.flight_id and f.ended_at is null;

-- name: open_legs
-- After a crash a flight's row is up to a minute behind its positions. Only the last minutes before the newest row
-- can be affected, so only these are searched.
with newest as (
    select max(last_heard) as at from aerotrack.flight
    where ended_at is null and ($1::double precision is null or started_at < to_timestamp($1))
), later as (
    select p.flight_id, max(p.time) as time
    from aerotrack.position_hot p
    join aerotrack.flight f on f.flight_id = p.flight_id and f.ended_at is null and p.time > f.last_heard
    where p.time between (select at from newest) - interval '2 minutes' and (select at from newest) + interval '10 minutes'
    group by p.flight_id
), place as (
    select distinct on (p.flight_id) p.flight_id, p.time, p.lat, p.lon, p.altitude, p.on_ground
    from later l
    join aerotrack.position_hot p on p.flight_id = l.flight_id and p.time = l.time
    where p.time between (select at from newest) - interval '2 minutes' and (select at from newest) + interval '10 minutes'
    order by p.flight_id
)
select f.flight_id,
       f.split_reason,
       extract(epoch from greatest(f.last_heard, p.time))::double precision as last_heard,
       coalesce(p.lat / 1e5, f.last_lat)::double precision as lat,
       coalesce(p.lon / 1e5, f.last_lon)::double precision as lon,
       coalesce(p.altitude * 25, f.last_altitude_ft)::double precision as altitude_ft,
       coalesce(p.on_ground, f.last_on_ground) as on_ground
from aerotrack.flight f
left join place p using (flight_id)
where f.ended_at is null and ($1::double precision is null or f.started_at < to_timestamp($1))
order by f.last_heard, f.flight_id;


-- The history -----------------------------------------------------------------------------------------

-- name: flight
select f.*, extract(epoch from f.started_at)::double precision as started,
       extract(epoch from f.ended_at)::double precision as ended,
       extract(epoch from f.last_heard)::double precision as heard
from aerotrack.flight f where f.flight_id = $1;

-- name: flights_of
select f.*, extract(epoch from f.started_at)::double precision as started,
       extract(epoch from f.ended_at)::double precision as ended,
       extract(epoch from f.last_heard)::double precision as heard
from aerotrack.flight f
where f.icao24 = $1
order by f.started_at desc
limit $2;

-- name: last_positions
-- Each flight ($1) at its last position. Both ends of the time of all of them ($2, $3) let the planner pick partitions,
-- each one's own ($4, $5) the executor.
select p.flight_id, extract(epoch from p.time)::double precision as time, p.lat, p.lon, p.altitude_ft, p.geo_altitude_ft,
       p.on_ground, p.ground_speed_kt, p.track_deg, p.vertical_rate_fpm, p.squawk, p.position_source, p.feed
from unnest($1::bigint[], $4::double precision[], $5::double precision[]) u (flight_id, started, ended)
cross join lateral (
    select * from aerotrack.position q
    where q.flight_id = u.flight_id
      and q.time >= to_timestamp($2::double precision) and q.time <= to_timestamp($3::double precision)
      and q.time >= to_timestamp(u.started) and q.time <= to_timestamp(u.ended)
    order by q.time desc
    limit 1
) p;

-- name: track
select extract(epoch from p.time)::double precision as time, p.lat, p.lon, p.altitude_ft, p.geo_altitude_ft, p.on_ground,
       p.ground_speed_kt, p.track_deg, p.vertical_rate_fpm, p.squawk, p.position_source, p.feed
from aerotrack.position p
where p.flight_id = $1
  and p.time >= to_timestamp($2::double precision) and p.time <= to_timestamp($3::double precision)
order by p.time
limit $4;
