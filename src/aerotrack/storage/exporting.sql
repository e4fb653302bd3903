-- The statements of an export, by name. Times cross as Unix seconds (double precision), places in 1e-5 degree,
-- values in the steps they are stored in; -32768 and -1 stand for NULL. Each runs in one REPEATABLE READ transaction.

-- name: feeds
select feed_id, name from aerotrack.feed;

-- name: facts
select f.flight_id, f.id, f.icao24, f.callsign, f.registration, f.type_code, f.category, f.operator, f.origin, f.destination,
       f.started_at, f.ended_at, f.split_reason
from aerotrack.flight f where f.flight_id = any($1::bigint[]);

-- name: count_flights
select count(*) from aerotrack.flight f
where ($3::bigint is null or f.flight_id = $3)
  and f.started_at < to_timestamp($2::double precision) + interval '10 minutes'
  and (f.ended_at is null or f.ended_at >= to_timestamp($1::double precision) - interval '1 second');

-- name: flights
-- In the order they began, so that those of a slice share their partitions. A position may be from before its flight was
-- first heard: some feeds tell how old it is.
select f.flight_id,
       extract(epoch from f.started_at)::double precision - 600 as first,
       coalesce(extract(epoch from f.ended_at)::double precision + 1, 'infinity') as last
from aerotrack.flight f
where ($3::bigint is null or f.flight_id = $3)
  and f.started_at < to_timestamp($2::double precision) + interval '10 minutes'
  and (f.ended_at is null or f.ended_at >= to_timestamp($1::double precision) - interval '1 second')
order by f.started_at, f.flight_id;

-- name: next_bucket
-- The first ten minutes from $1 on, before $2, that hold positions.
select extract(epoch from least(
    (select min(bucket) from aerotrack.position_archive
     where bucket >= to_timestamp($1::double precision) and bucket < to_timestamp($2::double precision)),
    (select date_bin(interval '10 minutes', min(time), timestamptz '2000-01-01 00:00Z') from aerotrack.position_hot
     where time >= to_timestamp($1::double precision) and time < to_timestamp($2::double precision))
))::double precision;

-- name: positions_of_flights
select p.flight_id, extract(epoch from p.time)::double precision, p.lat, p.lon,
       coalesce(p.altitude, '-32768'), coalesce(p.geo_altitude, '-32768'), coalesce(p.ground_speed, '-32768'),
       coalesce(p.track, '-32768'), coalesce(p.vertical_rate, '-32768'), coalesce(p.squawk, '-1'),
       coalesce(p.position_source, '-1'), coalesce(p.feed_id, '-1'), coalesce(p.on_ground::integer, -1)
from aerotrack.position_steps p
where p.flight_id = any($1::bigint[])
  and p.time >= to_timestamp($2::double precision) and p.time < to_timestamp($3::double precision)
  and p.bucket > to_timestamp($2::double precision) - interval '10 minutes'
  and p.bucket < to_timestamp($3::double precision)
  and p.lat_max >= $5::integer and p.lat_min <= $7::integer and p.lat between $5::integer and $7::integer
  and case when $4::integer <= $6::integer then p.lon_max >= $4 and p.lon_min <= $6 else p.lon_max >= $4 or p.lon_min <= $6 end
  and case when $4::integer <= $6::integer then p.lon between $4 and $6 else p.lon >= $4 or p.lon <= $6 end
order by p.flight_id, p.time;

-- name: positions_of_bucket
select p.flight_id, extract(epoch from p.time)::double precision, p.lat, p.lon,
       coalesce(p.altitude, '-32768'), coalesce(p.geo_altitude, '-32768'), coalesce(p.ground_speed, '-32768'),
       coalesce(p.track, '-32768'), coalesce(p.vertical_rate, '-32768'), coalesce(p.squawk, '-1'),
       coalesce(p.position_source, '-1'), coalesce(p.feed_id, '-1'), coalesce(p.on_ground::integer, -1)
from aerotrack.position_steps p
where p.bucket = to_timestamp($1::double precision)
  and p.time >= to_timestamp($2::double precision) and p.time < to_timestamp($3::double precision)
  and p.lat_max >= $5::integer and p.lat_min <= $7::integer and p.lat between $5::integer and $7::integer
  and case when $4::integer <= $6::integer then p.lon_max >= $4 and p.lon_min <= $6 else p.lon_max >= $4 or p.lon_min <= $6 end
  and case when $4::integer <= $6::integer then p.lon between $4 and $6 else p.lon >= $4 or p.lon <= $6 end
order by p.time, p.flight_id;
