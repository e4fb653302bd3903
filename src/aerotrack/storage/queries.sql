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
-- The lock is for those that another is just making: who can be told of them is told when it lets go.
select aerotrack.ensure_partitions(to_timestamp($1::double precision), to_timestamp($2::double precision)),
       pg_advisory_xact_lock_shared(hashtext('aerotrack.ensure_partitions'));

-- name: readers_of
-- The transactions that hold a partitioned table, to read it or to plan to; not those that write into it.
select coalesce(array_agg(distinct virtualtransaction), '{}')
from pg_locks
where locktype = 'relation' and granted and mode <> 'RowExclusiveLock' and pid <> pg_backend_pid()
  and relation = to_regclass('aerotrack.' || $1::text)
  and database = (select oid from pg_database where datname = current_database());

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
    last_ground_speed_kt = coalesce(u.ground_speed_kt, f.last_ground_speed_kt),
    last_on_ground = coalesce(u.on_ground, f.last_on_ground)
from (
    select flight_id, to_timestamp(last_heard) as last_heard, lat, lon, altitude_ft, ground_speed_kt, on_ground
    from unnest(
        $1::bigint[], $2::double precision[], $3::double precision[], $4::double precision[], $5::real[], $6::real[],
        $7::boolean[]
    ) u (flight_id, last_heard, lat, lon, altitude_ft, ground_speed_kt, on_ground)
    order by flight_id
) u
where f.flight_id = u.flight_id and f.last_heard <= u.last_heard;

-- name: end_flights
update aerotrack.flight f
set ended_at = to_timestamp(u.ended_at), last_heard = greatest(f.last_heard, to_timestamp(u.ended_at))
from unnest($1::bigint[], $2::double precision[]) u (flight_id, ended_at)
where f.flight_id = u.flight_id and f.ended_at is null;

-- name: write_events
-- The same Changes give the same ids, so telling of an event again changes nothing.
insert into aerotrack.event (id, flight_id, kind, time, details)
select u.id, u.flight_id, u.kind, to_timestamp(u.time), u.details::jsonb
from unnest($1::text[], $2::bigint[], $3::text[], $4::double precision[], $5::text[]) u (id, flight_id, kind, time, details)
order by u.id  -- two recorders wait for each other in one order
on conflict (id) do nothing;

-- name: open_legs
-- After a crash a flight's row is up to a minute behind its positions. Only the last minutes before the newest row
-- can be affected, so only these are searched.
with flight as (
    select * from aerotrack.flight
    where ended_at is null and started_at < to_timestamp($1) and last_heard <= to_timestamp($2)
), newest as (select max(last_heard) as at from flight), later as (
    select p.flight_id, max(p.time) as time
    from aerotrack.position_hot p
    join flight f on f.flight_id = p.flight_id and p.time > f.last_heard
    where p.time between (select at from newest) - interval '2 minutes' and (select at from newest) + interval '10 minutes'
    group by p.flight_id
), place as (
    select distinct on (p.flight_id) p.flight_id, p.time, p.lat, p.lon, p.altitude, p.ground_speed, p.on_ground
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
       coalesce(p.on_ground, f.last_on_ground) as on_ground,
       coalesce(p.ground_speed, f.last_ground_speed_kt)::double precision as ground_speed_kt,
       coalesce(f.callsign, '') as callsign,
       coalesce(f.origin, '') as origin
from flight f
left join place p using (flight_id)
order by f.last_heard, f.flight_id;


-- The history -----------------------------------------------------------------------------------------
-- Many rows come as one: array_send(array_agg(x)) is a header and then each value, which NumPy reads in place. A NULL
-- would have no value, so it comes as a number that no step is: -32768, or -1 for a code.

-- name: flight
select f.*, extract(epoch from f.started_at)::double precision as started,
       extract(epoch from f.ended_at)::double precision as ended,
       extract(epoch from f.last_heard)::double precision as heard
from aerotrack.flight f where f.flight_id = $1;

-- name: flights_of
-- The start is the last half of the id: after one of them ($3) come those that started before it.
select f.*, extract(epoch from f.started_at)::double precision as started,
       extract(epoch from f.ended_at)::double precision as ended,
       extract(epoch from f.last_heard)::double precision as heard
from aerotrack.flight f
where f.icao24 = $1 and ($3::bigint is null or f.started_at < to_timestamp($3::bigint & 4294967295))
order by f.started_at desc
limit $2;

-- name: flights_between
-- An open flight's row is up to a minute behind what was heard of it.
select f.*, extract(epoch from f.started_at)::double precision as started,
       extract(epoch from f.ended_at)::double precision as ended,
       extract(epoch from f.last_heard)::double precision as heard
from aerotrack.flight f
where ($1::double precision is null
       or f.last_heard >= to_timestamp($1) - case when f.ended_at is null then interval '2 minutes' else interval '0' end)
  and ($2::double precision is null or f.started_at <= to_timestamp($2))
  and ($3::text[] is null or upper(f.callsign) ^@ any($3))
  and ($4::text[] is null or f.icao24 = any($4))
  and ($5::text[] is null or upper(f.origin) = any($5))
  and ($6::text[] is null or upper(f.destination) = any($6))
  and ($7::bigint is null or (f.started_at, f.flight_id) < (to_timestamp($7 & 4294967295), $7))
order by f.started_at desc, f.flight_id desc
limit $8;

-- name: called
-- The flights whose callsign begins with one of $1, at most $2: a range of the index, which `^@ any` would not use.
select array_send(array_agg(c.flight_id)) as flight_id
from (
    select distinct f.flight_id
    from unnest($1::text[]) u (beginning)
    cross join lateral (
        select f.flight_id
        from aerotrack.flight f
        where upper(f.callsign) ~>=~ u.beginning and upper(f.callsign) ~<~ (u.beginning || chr(255))  -- the last of Latin-1
        limit $2::bigint
    ) f
    limit $2
) c;

-- name: flights_among
select f.*, extract(epoch from f.started_at)::double precision as started,
       extract(epoch from f.ended_at)::double precision as ended,
       extract(epoch from f.last_heard)::double precision as heard
from unnest($1::bigint[]) u (flight_id)
join aerotrack.flight f using (flight_id)
where ($2::text[] is null or upper(f.callsign) ^@ any($2))
  and ($3::text[] is null or f.icao24 = any($3))
  and ($4::text[] is null or upper(f.origin) = any($4))
  and ($5::text[] is null or upper(f.destination) = any($5))
  and ($6::double precision is null
       or f.last_heard >= to_timestamp($6) - case when f.ended_at is null then interval '2 minutes' else interval '0' end)
  and ($7::double precision is null or f.started_at <= to_timestamp($7))
  and ($8::bigint is null or (f.started_at, f.flight_id) < (to_timestamp($8 & 4294967295), $8))
order by f.started_at desc, f.flight_id desc
limit $9;

-- name: inside_for_sure
-- The flights with a position from $1 to $2 in the box $3 south, $4 north, $5 west, $6 east (steps; it crosses 180
-- degrees where west > east): rows of the archive that lie in both as a whole, and what is not archived yet.
select array_send(array_agg(i.flight_id)) as flight_id
from (
    select r.flight_id
    from aerotrack.position_archive r
    where r.bucket > to_timestamp($1::double precision) - interval '10 minutes' and r.bucket <= to_timestamp($2::double precision)
      and r.lat_min >= $3::integer and r.lat_max <= $4::integer
      and case when $5::integer <= $6::integer then r.lon_min >= $5 and r.lon_max <= $6
               else r.lon_min >= $5 or r.lon_max <= $6 end
      and r.bucket + r.t_a * interval '20 ms' >= to_timestamp($1)
      and r.bucket + r.t_b * interval '20 ms' <= to_timestamp($2)
    union
    select p.flight_id
    from aerotrack.position_hot p
    where p.time >= to_timestamp($1) and p.time <= to_timestamp($2)
      and p.lat between $3 and $4
      and case when $5 <= $6 then p.lon between $5 and $6 else p.lon >= $5 or p.lon <= $6 end
) i;

-- name: archived_near
-- The rows of the archive that may have positions from $1 to $2 in that box, to be looked into, at most $8 of them;
-- without those that are inside for sure, where the whole box counts ($7).
select array_send(array_agg(r.flight_id)) as flight_id, array_send(array_agg(r.bucket)) as bucket,
       array_send(array_agg(r.lat_a)) as lat_a, array_send(array_agg(r.lat_b)) as lat_b,
       array_send(array_agg(r.lon_a)) as lon_a, array_send(array_agg(r.lon_b)) as lon_b,
       array_send(array_agg(r.t_a)) as t_a, array_send(array_agg(r.t_b)) as t_b,
       array_send(array_agg(cardinality(r.t))) as positions,
       string_agg(array_send(r.t), '') as t, string_agg(array_send(r.lat), '') as lat, string_agg(array_send(r.lon), '') as lon
from (
    select *
    from aerotrack.position_archive r
    where r.bucket > to_timestamp($1::double precision) - interval '10 minutes' and r.bucket <= to_timestamp($2::double precision)
      and r.lat_max >= $3::integer and r.lat_min <= $4::integer
      and case when $5::integer <= $6::integer then r.lon_max >= $5 and r.lon_min <= $6
               else r.lon_max >= $5 or r.lon_min <= $6 end
      and r.bucket + r.t_b * interval '20 ms' >= to_timestamp($1)
      and r.bucket + r.t_a * interval '20 ms' <= to_timestamp($2)
      and not ($7::boolean
               and r.lat_min >= $3 and r.lat_max <= $4
               and case when $5 <= $6 then r.lon_min >= $5 and r.lon_max <= $6 else r.lon_min >= $5 or r.lon_max <= $6 end
               and r.bucket + r.t_a * interval '20 ms' >= to_timestamp($1)
               and r.bucket + r.t_b * interval '20 ms' <= to_timestamp($2))
    limit $8
) r;

-- name: hot_near
-- What is not archived yet from $1 to $2 in that box, at most $7 positions.
select array_send(array_agg(p.flight_id)) as flight_id, array_send(array_agg(p.lat)) as lat, array_send(array_agg(p.lon)) as lon
from (
    select p.flight_id, p.lat, p.lon
    from aerotrack.position_hot p
    where p.time >= to_timestamp($1::double precision) and p.time <= to_timestamp($2::double precision)
      and p.lat between $3::integer and $4::integer
      and case when $5::integer <= $6::integer then p.lon between $5 and $6 else p.lon >= $5 or p.lon <= $6 end
    limit $7
) p;

-- name: last_positions
-- Each flight ($1) at its last position. Both ends of the time of all of them ($2, $3) let the planner pick partitions,
-- each one's own ($4, $5) the executor, but not the hot ones: these are few, and the planner would take each flight's
-- time for a reason to read BRIN(time) for each flight. The last point of a row of the archive stands in it as it is.
select array_send(array_agg(p.flight_id)) as flight_id, array_send(array_agg(p.time)) as time,
       array_send(array_agg(p.lat)) as lat, array_send(array_agg(p.lon)) as lon,
       array_send(array_agg(coalesce(p.altitude, '-32768'::smallint))) as altitude,
       array_send(array_agg(coalesce(p.geo_altitude, '-32768'::smallint))) as geo_altitude,
       array_send(array_agg(coalesce(p.ground_speed, '-32768'::smallint))) as ground_speed,
       array_send(array_agg(coalesce(p.track, '-32768'::smallint))) as track,
       array_send(array_agg(coalesce(p.vertical_rate, '-32768'::smallint))) as vertical_rate,
       array_send(array_agg(coalesce(p.squawk, '-1'::smallint))) as squawk,
       array_send(array_agg(coalesce(p.position_source, '-1'::smallint))) as position_source,
       array_send(array_agg(coalesce(p.feed_id, '-1'::smallint))) as feed_id,
       array_send(array_agg(coalesce(p.on_ground::integer, -1)::smallint)) as on_ground
from unnest($1::bigint[], $4::double precision[], $5::double precision[]) u (flight_id, started, ended)
cross join lateral (
    select e.*
    from (
        (select r.flight_id, r.bucket + r.t_b * interval '20 ms' as time, r.lat_b as lat, r.lon_b as lon,
                r.altitude[i.k] as altitude, r.geo_altitude[i.k] as geo_altitude, r.ground_speed[i.k] as ground_speed,
                r.track[i.k] as track, r.vertical_rate[i.k] as vertical_rate, r.squawk,
                coalesce(r.sources[i.k], r.position_source) as position_source,
                coalesce(r.feeds[i.k], r.feed_id) as feed_id, r.on_ground
         from aerotrack.position_archive r
         cross join lateral (select cardinality(r.t) as k) i
         where r.flight_id = u.flight_id
           and r.bucket > to_timestamp($2::double precision) - interval '10 minutes'
           and r.bucket <= to_timestamp($3::double precision)
           and r.bucket > to_timestamp(u.started) - interval '10 minutes' and r.bucket <= to_timestamp(u.ended)
         order by r.bucket desc, r.t_b desc
         limit 1)
        union all
        (select q.flight_id, q.time, q.lat, q.lon, q.altitude, q.geo_altitude, q.ground_speed, q.track, q.vertical_rate,
                q.squawk, q.position_source, q.feed_id, q.on_ground
         from aerotrack.position_hot q
         where q.flight_id = u.flight_id
           and q.time >= to_timestamp($2) and q.time <= to_timestamp($3)
         order by q.time desc
         limit 1)
    ) e
    order by e.time desc
    limit 1
) p;

-- name: track
-- `time` picks the partitions that are not archived yet, `bucket` those that are.
select array_send(array_agg(p.time)) as time,
       array_send(array_agg(p.lat)) as lat, array_send(array_agg(p.lon)) as lon,
       array_send(array_agg(coalesce(p.altitude, '-32768'::smallint))) as altitude,
       array_send(array_agg(coalesce(p.geo_altitude, '-32768'::smallint))) as geo_altitude,
       array_send(array_agg(coalesce(p.ground_speed, '-32768'::smallint))) as ground_speed,
       array_send(array_agg(coalesce(p.track, '-32768'::smallint))) as track,
       array_send(array_agg(coalesce(p.vertical_rate, '-32768'::smallint))) as vertical_rate,
       array_send(array_agg(coalesce(p.squawk, '-1'::smallint))) as squawk,
       array_send(array_agg(coalesce(p.position_source, '-1'::smallint))) as position_source,
       array_send(array_agg(coalesce(p.feed_id, '-1'::smallint))) as feed_id,
       array_send(array_agg(coalesce(p.on_ground::integer, -1)::smallint)) as on_ground
from (
    select *
    from aerotrack.position_steps p
    where p.flight_id = $1
      and p.time >= to_timestamp($2::double precision) and p.time <= to_timestamp($3::double precision)
      and p.bucket > to_timestamp($2) - interval '10 minutes' and p.bucket <= to_timestamp($3)
    order by p.time
    limit $4
) p;

-- name: sky
-- Texts come padded to the widths of the schema, one after the other.
select array_send(array_agg(p.flight_id)) as flight_id, array_send(array_agg(p.time)) as time,
       array_send(array_agg(p.lat)) as lat, array_send(array_agg(p.lon)) as lon,
       array_send(array_agg(coalesce(p.altitude, '-32768'::smallint))) as altitude,
       array_send(array_agg(coalesce(p.geo_altitude, '-32768'::smallint))) as geo_altitude,
       array_send(array_agg(coalesce(p.ground_speed, '-32768'::smallint))) as ground_speed,
       array_send(array_agg(coalesce(p.track, '-32768'::smallint))) as track,
       array_send(array_agg(coalesce(p.vertical_rate, '-32768'::smallint))) as vertical_rate,
       array_send(array_agg(coalesce(p.squawk, '-1'::smallint))) as squawk,
       array_send(array_agg(coalesce(p.position_source, '-1'::smallint))) as position_source,
       array_send(array_agg(coalesce(p.feed_id, '-1'::smallint))) as feed_id,
       array_send(array_agg(coalesce(p.on_ground::integer, -1)::smallint)) as on_ground,
       string_agg(rpad(coalesce(f.callsign, ''), 8), '') as callsign,
       string_agg(rpad(coalesce(f.registration, ''), 12), '') as registration,
       string_agg(rpad(coalesce(f.type_code, ''), 4), '') as type_code,
       string_agg(rpad(coalesce(f.category, ''), 2), '') as category,
       string_agg(rpad(coalesce(f.operator, ''), 24), '') as operator,
       string_agg(rpad(coalesce(f.origin, ''), 4), '') as origin,
       string_agg(rpad(coalesce(f.destination, ''), 4), '') as destination
from aerotrack.sky_steps(to_timestamp($1::double precision), interval '60 seconds') p
left join aerotrack.flight f using (flight_id);

-- name: feed_names
select feed_id, name from aerotrack.feed;

-- name: events
select e.id, e.kind, aerotrack.flight_name(e.flight_id) as flight, e.details,
       (extract(epoch from e.time) * 1000000)::bigint as time_us
from aerotrack.event e
where ($1::double precision is null or e.time >= to_timestamp($1))
  and ($2::double precision is null or e.time <= to_timestamp($2))
  and ($3::text[] is null or e.kind = any($3))
  and ($4::bigint is null or e.flight_id = $4)
  and ($5::bigint is null
       or (e.time, e.id) < (timestamptz 'epoch' + $5::bigint * interval '1 microsecond', $6::text))
order by e.time desc, e.id desc
limit $7;


-- The archive -----------------------------------------------------------------------------------------
-- {partition} is the name of a partition of position_hot: names are no parameters.

-- name: claim_compaction
select pg_try_advisory_lock(hashtext('aerotrack.compaction'));

-- name: release_compaction
select pg_advisory_unlock(hashtext('aerotrack.compaction'));

-- name: hot_partitions
select c.relname as name, pg_relation_size(c.oid) as bytes
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'aerotrack.position_hot'::regclass
order by c.relname;

-- name: partition_size
select pg_relation_size(to_regclass('aerotrack.' || $1::text));

-- name: reached
-- Up to when the recorders have stored. One that is silent, or has stored no position yet, holds nobody up; when
-- all are silent, time goes on. One whose clock was ahead once has not reached what is still to come.
select extract(epoch from least(
    now(), coalesce(min(upto) filter (where at > now() - interval '2 minutes'), now())
))::double precision
from aerotrack.recorder
where upto > to_timestamp(0);

-- name: slices
-- Ranges of flights with about $1 positions each.
select min(flight_id), max(flight_id)
from (
    select flight_id, floor((sum(count(*)) over (order by flight_id) - 1) / $1::bigint) as slice
    from aerotrack.{partition}
    group by flight_id
) flights
group by slice
order by 1;

-- name: lazily
-- A move that a crash undoes is done again: nobody was told of it, and its positions are where they were before. What
-- builds on it (vacuum, the drop) comes after it in the same log, so that is never there without it.
set local synchronous_commit = off;

-- name: read_positions
-- The positions of the flights $1 to $2 in a partition, or all, in fixed width: -32768 is NULL. Three numbers of 16
-- bits cross as one, (a * 65536 + b) * 65536 + c, for PostgreSQL takes longer for each column than to add them up.
select time, flight_id, lat, lon,
       (coalesce(altitude, -32768) * 65536::bigint + coalesce(geo_altitude, -32768)) * 65536
           + coalesce(ground_speed, -32768),
       (coalesce(track, -32768) * 65536::bigint + coalesce(vertical_rate, -32768)) * 65536
           + coalesce(squawk, -32768),
       (coalesce(position_source, -32768) * 65536::bigint + coalesce(feed_id, -32768)) * 65536
           + coalesce(on_ground::integer, -32768)
from aerotrack.{partition}
where $1::bigint is null or flight_id >= $1 and flight_id <= $2::bigint;

-- name: remove_positions
-- What read_positions has read, if both have the same snapshot.
delete from aerotrack.{partition}
where $1::bigint is null or flight_id >= $1 and flight_id <= $2::bigint;

-- name: ensure_days
select aerotrack.ensure_days(to_timestamp($1::double precision), to_timestamp($2::double precision));

-- name: archive_days
select coalesce(array_agg(inhrelid::bigint), '{}') from pg_inherits where inhparent = 'aerotrack.position_archive'::regclass;

-- name: mark_days
insert into aerotrack.day as d (day, stored_at)
select u.day, now() from unnest($1::date[]) u (day)
on conflict (day) do update set stored_at = greatest(d.stored_at, excluded.stored_at);

-- name: vacuum_partition
-- With the indexes: what they still point to could not be cut off.
vacuum (index_cleanup on, truncate on) aerotrack.{partition};

-- name: drop_emptied
-- A partition that vacuum has cut to nothing holds nothing that any snapshot needs; whoever was writing into it has
-- to be done before we have the lock. The lock on the whole comes first, as everybody else takes it.
do $$
begin
    perform set_config('lock_timeout', '{patience}', true);
    lock table only aerotrack.position_hot in access exclusive mode;
    lock table aerotrack.{partition} in access exclusive mode;
    if pg_relation_size('aerotrack.{partition}') = 0 then
        drop table aerotrack.{partition};
    end if;
end $$;

-- name: partition_is_gone
select to_regclass('aerotrack.' || $1::text) is null;
