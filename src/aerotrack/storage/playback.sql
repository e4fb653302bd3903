-- The statements that play the past, by name. Times are timestamptz; positions leave by COPY, in columns of one
-- width: -32768, and -1 for what is never below 0, stand for NULL.


-- name: picture
select s.flight_id, s.time, s.lat, s.lon,
       coalesce(s.altitude, '-32768'::int2), coalesce(s.geo_altitude, '-32768'::int2),
       coalesce(s.ground_speed, '-32768'::int2), coalesce(s.track, '-32768'::int2),
       coalesce(s.vertical_rate, '-32768'::int2), coalesce(s.squawk, '-1'::int2),
       coalesce(s.position_source, '-1'::int2), coalesce(s.feed_id, '-1'::int2),
       coalesce(s.on_ground::int::int2, '-1'::int2)
from aerotrack.sky_steps($1::timestamptz, interval '60 seconds') s

-- name: passage
-- Of a row of the archive only the elements in question are taken apart: they are found by halving.
select r.flight_id, r.bucket + u.t * interval '20 ms',
       (r.lat_a + u.lat + (r.lat_b - r.lat_a)::bigint * (u.t - r.t_a) / greatest(r.t_b - r.t_a, 1))::integer,
       (r.lon_a + u.lon + (r.lon_b - r.lon_a)::bigint * (u.t - r.t_a) / greatest(r.t_b - r.t_a, 1))::integer,
       coalesce(u.altitude, '-32768'::int2), coalesce(u.geo_altitude, '-32768'::int2),
       coalesce(u.ground_speed, '-32768'::int2), coalesce(u.track, '-32768'::int2),
       coalesce(u.vertical_rate, '-32768'::int2), coalesce(r.squawk, '-1'::int2),
       coalesce(u.source, r.position_source, '-1'::int2), coalesce(u.feed, r.feed_id, '-1'::int2),
       coalesce(r.on_ground::int::int2, '-1'::int2)
from aerotrack.position_archive r
cross join lateral (
    select width_bucket(greatest(-1, least(30000, floor(extract(epoch from $1::timestamptz - r.bucket) * 50)))::int2, r.t) as a,
           width_bucket(greatest(-1, least(30000, floor(extract(epoch from $2::timestamptz - r.bucket) * 50)))::int2, r.t) as b
) i
cross join lateral unnest(
    r.t[i.a + 1:i.b], r.lat[i.a + 1:i.b], r.lon[i.a + 1:i.b], r.altitude[i.a + 1:i.b], r.geo_altitude[i.a + 1:i.b],
    r.ground_speed[i.a + 1:i.b], r.track[i.a + 1:i.b], r.vertical_rate[i.a + 1:i.b],
    r.sources[i.a + 1:i.b], r.feeds[i.a + 1:i.b]
) u (t, lat, lon, altitude, geo_altitude, ground_speed, track, vertical_rate, source, feed)
where r.bucket > $1::timestamptz - interval '10 minutes' and r.bucket <= $2::timestamptz
  and r.bucket + r.t_a * interval '20 ms' <= $2::timestamptz
  and r.bucket + r.t_b * interval '20 ms' > $1::timestamptz
union all
select p.flight_id, p.time, p.lat, p.lon,
       coalesce(p.altitude, '-32768'::int2), coalesce(p.geo_altitude, '-32768'::int2),
       coalesce(p.ground_speed, '-32768'::int2), coalesce(p.track, '-32768'::int2),
       coalesce(p.vertical_rate, '-32768'::int2), coalesce(p.squawk, '-1'::int2),
       coalesce(p.position_source, '-1'::int2), coalesce(p.feed_id, '-1'::int2),
       coalesce(p.on_ground::int::int2, '-1'::int2)
from aerotrack.position_hot p
where p.time > $1::timestamptz and p.time <= $2::timestamptz

-- name: facts
-- Texts of one width, one after the other: thousands of flights are a single row to decode.
select array_agg(f.flight_id) as flights,
       string_agg(rpad(left(coalesce(f.split_reason, ''), 10), 10), '') as reason,
       string_agg(rpad(left(coalesce(f.callsign, ''), 8), 8), '') as callsign,
       string_agg(rpad(left(coalesce(f.registration, ''), 12), 12), '') as registration,
       string_agg(rpad(left(coalesce(f.type_code, ''), 4), 4), '') as type_code,
       string_agg(rpad(left(coalesce(f.category, ''), 2), 2), '') as category,
       string_agg(rpad(left(coalesce(f.operator, ''), 24), 24), '') as operator,
       string_agg(rpad(left(coalesce(f.origin, ''), 4), 4), '') as origin,
       string_agg(rpad(left(coalesce(f.destination, ''), 4), 4), '') as destination
from (select * from aerotrack.flight where flight_id = any($1::bigint[]) order by flight_id) f

-- name: happened
-- What does not fit is left out: emergencies last.
select e.flight_id, e.kind, extract(epoch from e.time)::double precision as time, e.details::text as details
from (
    select *
    from aerotrack.event
    where time > $1::timestamptz and time <= $2::timestamptz
    order by kind not in ('emergency_on', 'emergency_off'), time, id
    limit 500
) e
order by e.time, e.id

-- name: feeds
select feed_id, name from aerotrack.feed order by feed_id

-- name: oldest_archived
select extract(epoch from min(bucket))::double precision from aerotrack.position_archive

-- name: oldest_started
select extract(epoch from min(started_at))::double precision from aerotrack.flight

-- name: hot_partitions
-- In order of time, as their names are.
select format('%I.%I', n.nspname, c.relname) as name, right(c.relname, 13) as begins
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
join pg_namespace n on n.oid = c.relnamespace
where i.inhparent = 'aerotrack.position_hot'::regclass
order by c.relname
