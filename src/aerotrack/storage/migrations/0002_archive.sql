-- The archive: positions of the past as arrays of small integers, in rows that plain SQL reads; events; retention.
--
-- A position lives in position_hot or in position_archive, never in both: one transaction inserts the row of
-- arrays and deletes the rows it is made of, so every snapshot sees each position once. Partitions that were
-- emptied are dropped when vacuum has found that no snapshot needs them. Nothing waits for the recorder, nor it
-- for anything.


-- Positions, archived ---------------------------------------------------------------------------------
-- One row for a flight and ten minutes, or more where its integers would not fit or one of the four scalars
-- changes. Element k of the arrays is one position:
--
--     time = bucket + t[k] * 20 ms
--     lat  = lat_a + lat[k] + trunc((lat_b - lat_a) * (t[k] - t_a) / greatest(t_b - t_a, 1))      and so lon
--
-- that is, lat and lon are what is left beside the straight line from the row's first point (a) to its last (b).
-- All other arrays hold the steps of position_hot as they are; NULL elements, or a NULL array, are not known.
-- `sources` and `feeds` are NULL where all positions have the scalar's.
create table aerotrack.position_archive (
    bucket timestamptz not null,
    flight_id bigint not null,
    lat_a integer not null,
    lat_b integer not null,
    lon_a integer not null,
    lon_b integer not null,
    lat_min integer not null,        -- the box of the row; it never wraps
    lat_max integer not null,
    lon_min integer not null,
    lon_max integer not null,
    t_a smallint not null,
    t_b smallint not null,
    squawk smallint,
    position_source smallint,
    feed_id smallint,
    on_ground boolean,
    t smallint[] not null,           -- ascending
    lat smallint[] not null,
    lon smallint[] not null,
    altitude smallint[],
    geo_altitude smallint[],
    ground_speed smallint[],
    track smallint[],
    vertical_rate smallint[],
    sources smallint[],
    feeds smallint[]
) partition by range (bucket);       -- a day each (UTC), made by ensure_days

create index on aerotrack.position_archive (flight_id, bucket);
create index on aerotrack.position_archive (bucket, lat_min, lat_max, lon_min, lon_max);

-- When positions of a day were archived last: retention drops a day by this, not by the day's own date.
create table aerotrack.day (
    day date primary key,
    stored_at timestamptz not null
);

-- Makes the partitions of the days from from_time up to and including to_time that are missing.
create function aerotrack.ensure_days(from_time timestamptz, to_time timestamptz) returns void
language plpgsql as $$
declare
    first timestamptz := date_bin('1 day', from_time, '2000-01-01 00:00Z');
    partition text;
begin
    while first <= to_time loop
        partition := 'position_archive_' || to_char(first at time zone 'UTC', 'YYYYMMDD');
        if to_regclass('aerotrack.' || partition) is null then
            perform pg_advisory_xact_lock(hashtext('aerotrack.ensure_days'));
            begin
                -- A row of ten minutes has two kilobytes: the default target would leave it uncompressed.
                execute format('create table aerotrack.%I (like aerotrack.position_archive including all) '
                               'with (toast_tuple_target = 128)', partition);
                execute format('alter table aerotrack.position_archive attach partition aerotrack.%I '
                               'for values from (%L) to (%L)', partition, first, first + interval '24 hours');
            exception
                when duplicate_table then null;
            end;
        end if;
        first := first + interval '24 hours';  -- a day may have 23 in the session's time zone
    end loop;
end $$;


-- Flights ---------------------------------------------------------------------------------------------

-- How fast an open leg was last, to tell whether what is heard after a silence goes on with it.
alter table aerotrack.flight add column last_ground_speed_kt real;


-- Events ----------------------------------------------------------------------------------------------

create table aerotrack.event (
    time timestamptz not null,
    flight_id bigint not null,
    kind text not null,
    id text primary key,
    details jsonb not null default '{}'
);

create index event_time on aerotrack.event (time, id);
create index event_flight on aerotrack.event (flight_id, time);


-- What readers see ------------------------------------------------------------------------------------

-- Every stored position in the steps it is stored in, with the box of the row it comes from, to prune by.
create view aerotrack.position_steps as
select r.flight_id,
       r.bucket + u.t * interval '20 ms' as time,
       r.bucket,
       (r.lat_a + u.lat + (r.lat_b - r.lat_a)::bigint * (u.t - r.t_a) / greatest(r.t_b - r.t_a, 1))::integer as lat,
       (r.lon_a + u.lon + (r.lon_b - r.lon_a)::bigint * (u.t - r.t_a) / greatest(r.t_b - r.t_a, 1))::integer as lon,
       u.altitude, u.geo_altitude, u.ground_speed, u.track, u.vertical_rate,
       r.squawk,
       coalesce(u.source, r.position_source) as position_source,
       coalesce(u.feed, r.feed_id) as feed_id,
       r.on_ground,
       r.lat_min, r.lat_max, r.lon_min, r.lon_max
from aerotrack.position_archive r
cross join lateral unnest(
    r.t, r.lat, r.lon, r.altitude, r.geo_altitude, r.ground_speed, r.track, r.vertical_rate, r.sources, r.feeds
) u (t, lat, lon, altitude, geo_altitude, ground_speed, track, vertical_rate, source, feed)
union all
select p.flight_id,
       p.time,
       date_bin(interval '10 minutes', p.time, timestamptz '2000-01-01 00:00Z') as bucket,
       p.lat, p.lon, p.altitude, p.geo_altitude, p.ground_speed, p.track, p.vertical_rate,
       p.squawk, p.position_source, p.feed_id, p.on_ground,
       p.lat as lat_min, p.lat as lat_max, p.lon as lon_min, p.lon as lon_max
from aerotrack.position_hot p;

create or replace view aerotrack.position as
select p.flight_id,
       aerotrack.icao24_of(p.flight_id) as icao24,
       p.time,
       p.bucket,
       p.lat / 1e5::double precision as lat,
       p.lon / 1e5::double precision as lon,
       p.altitude * 25 as altitude_ft,
       p.geo_altitude * 25 as geo_altitude_ft,
       p.on_ground,
       p.ground_speed::integer as ground_speed_kt,
       p.track / 10::double precision as track_deg,
       p.vertical_rate * 64 as vertical_rate_fpm,
       lpad(p.squawk::text, 4, '0') as squawk,
       aerotrack.position_source_name(p.position_source) as position_source,
       f.name as feed
from aerotrack.position_steps p
left join aerotrack.feed f using (feed_id);

-- Positions from from_time up to, not including, to_time in a box that crosses 180 degrees where west > east.
create or replace function aerotrack.positions_between(
    from_time timestamptz, to_time timestamptz,
    west double precision, south double precision, east double precision, north double precision
) returns setof aerotrack."position"
language sql stable parallel safe as $$
    select p.flight_id,
           aerotrack.icao24_of(p.flight_id),
           p.time,
           p.bucket,
           p.lat / 1e5::double precision,
           p.lon / 1e5::double precision,
           p.altitude * 25,
           p.geo_altitude * 25,
           p.on_ground,
           p.ground_speed::integer,
           p.track / 10::double precision,
           p.vertical_rate * 64,
           lpad(p.squawk::text, 4, '0'),
           aerotrack.position_source_name(p.position_source),
           f.name
    from aerotrack.position_steps p
    left join aerotrack.feed f using (feed_id)
    where p.time >= from_time and p.time < to_time
      and p.bucket > from_time - interval '10 minutes' and p.bucket < to_time
      and p.lat_max >= south * 1e5 and p.lat_min <= north * 1e5
      and p.lat between south * 1e5 and north * 1e5
      and case when west <= east then p.lon_max >= west * 1e5 and p.lon_min <= east * 1e5
               else p.lon_max >= west * 1e5 or p.lon_min <= east * 1e5 end
      and case when west <= east then p.lon between west * 1e5 and east * 1e5
               else p.lon >= west * 1e5 or p.lon <= east * 1e5 end
$$;

-- Every flight that was live at a moment, at its last position, in steps: heard within `lookback` before it.
-- In the archive that is the last element at or before the moment, found by halving.
create function aerotrack.sky_steps(at timestamptz, lookback interval)
returns table (
    flight_id bigint, "time" timestamptz, lat integer, lon integer,
    altitude smallint, geo_altitude smallint, ground_speed smallint, track smallint, vertical_rate smallint,
    squawk smallint, position_source smallint, feed_id smallint, on_ground boolean
)
language sql stable parallel safe as $$
    select distinct on (s.flight_id) s.*
    from (
        select r.flight_id,
               r.bucket + r.tick * interval '20 ms' as time,
               (r.lat_a + r.lat[r.k] + (r.lat_b - r.lat_a)::bigint * (r.tick - r.t_a) / greatest(r.t_b - r.t_a, 1))::integer as lat,
               (r.lon_a + r.lon[r.k] + (r.lon_b - r.lon_a)::bigint * (r.tick - r.t_a) / greatest(r.t_b - r.t_a, 1))::integer as lon,
               r.altitude[r.k], r.geo_altitude[r.k], r.ground_speed[r.k], r.track[r.k], r.vertical_rate[r.k],
               r.squawk, coalesce(r.sources[r.k], r.position_source), coalesce(r.feeds[r.k], r.feed_id), r.on_ground
        from (
            select found.*, found.t[found.k] as tick
            from (
                select *, width_bucket(moment.now::smallint, a.t) as k
                from aerotrack.position_archive a
                cross join lateral (select least(30000, floor(extract(epoch from at - a.bucket) * 50)) as now) moment
                where a.bucket > at - lookback - interval '10 minutes' and a.bucket <= at
                  and a.t_a <= moment.now and a.bucket + a.t_b * interval '20 ms' >= at - lookback
                offset 0  -- or k would be sought again wherever it is used
            ) found
            offset 0  -- and t be unpacked
        ) r
        where r.bucket + r.tick * interval '20 ms' >= at - lookback
        union all
        select p.flight_id, p.time, p.lat, p.lon, p.altitude, p.geo_altitude, p.ground_speed, p.track, p.vertical_rate,
               p.squawk, p.position_source, p.feed_id, p.on_ground
        from (
            select l.flight_id, max(l.time) as time
            from aerotrack.position_hot l
            where l.time >= at - lookback and l.time <= at
            group by l.flight_id
        ) last
        join aerotrack.position_hot p on p.flight_id = last.flight_id and p.time = last.time
        where p.time >= at - lookback and p.time <= at
    ) s
    order by s.flight_id, s.time desc
$$;

create or replace function aerotrack.sky_at(at timestamptz) returns setof aerotrack."position"
language sql stable parallel safe as $$
    select p.flight_id,
           aerotrack.icao24_of(p.flight_id),
           p.time,
           date_bin(interval '10 minutes', p.time, timestamptz '2000-01-01 00:00Z'),
           p.lat / 1e5::double precision,
           p.lon / 1e5::double precision,
           p.altitude * 25,
           p.geo_altitude * 25,
           p.on_ground,
           p.ground_speed::integer,
           p.track / 10::double precision,
           p.vertical_rate * 64,
           lpad(p.squawk::text, 4, '0'),
           aerotrack.position_source_name(p.position_source),
           f.name
    from aerotrack.sky_steps(at, interval '60 seconds') p
    left join aerotrack.feed f using (feed_id)
$$;


-- Who may read ----------------------------------------------------------------------------------------
-- Functions run with the caller's rights, and these read the tables under the view.

create or replace function aerotrack.admit_reader() returns void
language plpgsql as $$
begin
    grant usage on schema aerotrack to aerotrack_reader;
    grant select on aerotrack.flight, aerotrack."position", aerotrack.position_steps, aerotrack.position_archive,
        aerotrack.position_hot, aerotrack.feed, aerotrack.event, aerotrack.day, aerotrack.schema_version
        to aerotrack_reader;
    grant execute on function
        aerotrack.icao24_of, aerotrack.flight_name, aerotrack.position_source_name,
        aerotrack.positions_between, aerotrack.sky_steps, aerotrack.sky_at
        to aerotrack_reader;
end $$;

revoke execute on function aerotrack.ensure_days, aerotrack.sky_steps from public;

do $$
begin
    if exists (select from pg_roles where rolname = 'aerotrack_reader') then
        perform aerotrack.admit_reader();
    end if;
end $$;
