-- Flights, their positions as they arrive, and what readers see of them.
-- Works on PostgreSQL 15 to 18. Names are qualified everywhere: a function with its own search_path
-- cannot be inlined, and positions_between() must be, so that the planner prunes partitions.


-- Identity --------------------------------------------------------------------------------------------
-- flight_id = address << 32 | start second (Unix). Bit 24 of the address marks one that is not ICAO's.

create function aerotrack.icao24_of(flight_id bigint) returns text
language sql immutable strict parallel safe
return case when (flight_id >> 56) & 1 = 1 then '~' else '' end
       || lpad(to_hex((flight_id >> 32) & 16777215), 6, '0');  -- 24 bits

create function aerotrack.flight_name(flight_id bigint) returns text
language sql immutable strict parallel safe
return aerotrack.icao24_of(flight_id) || '-' || lpad(to_hex(flight_id & 4294967295), 8, '0');  -- 32 bits


-- What the recorder keeps -----------------------------------------------------------------------------

-- The watermark of each source, moved in the transaction of the batch: what makes storing exactly-once.
create table aerotrack.recorder (
    source text primary key,
    seq bigint not null,
    upto timestamptz not null,
    at timestamptz not null default now()
);

create table aerotrack.feed (
    feed_id smallint generated always as identity primary key,
    name text not null unique
);

-- The last_* columns are where an open leg was last heard, refreshed about once a minute; no index touches
-- them and pages keep room, so that the refresh is a HOT update.
create table aerotrack.flight (
    flight_id bigint primary key,
    id text not null generated always as (aerotrack.flight_name(flight_id)) stored,
    icao24 text not null generated always as (aerotrack.icao24_of(flight_id)) stored,
    callsign text,
    registration text,
    type_code text,
    category text,
    operator text,
    origin text,
    destination text,
    started_at timestamptz not null,
    ended_at timestamptz,
    split_reason text not null,
    last_heard timestamptz not null,
    last_lat double precision,
    last_lon double precision,
    last_altitude_ft real,
    last_on_ground boolean,
    unique (icao24, started_at)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

create index flight_open on aerotrack.flight (flight_id) where ended_at is null;
create index flight_started_at on aerotrack.flight (started_at);
create index flight_callsign on aerotrack.flight (callsign text_pattern_ops);


-- Positions as they arrive ----------------------------------------------------------------------------
-- Quantised before anything is stored, so that compaction loses nothing. NULL is unknown. Columns are in
-- falling width, so that no padding is stored.
create table aerotrack.position_hot (
    time timestamptz not null,       -- 20 ms
    flight_id bigint not null,
    lat integer not null,            -- 1e-5 degree
    lon integer not null,            -- 1e-5 degree
    altitude smallint,               -- 25 ft
    geo_altitude smallint,           -- 25 ft
    ground_speed smallint,           -- 1 kt
    track smallint,                  -- 0.1 degree
    vertical_rate smallint,          -- 64 ft/min
    squawk smallint,                 -- the four octal digits read as a decimal number: 14 is 0014
    position_source smallint,        -- see position_source_name
    feed_id smallint,
    on_ground boolean
) partition by range (time);         -- 10 minutes each, made by ensure_partitions

create index on aerotrack.position_hot (flight_id);
create index on aerotrack.position_hot using brin (time) with (pages_per_range = 32, autosummarize = on);

-- Makes the 10-minute partitions that hold positions from from_time up to and including to_time, and returns
-- how many were missing. CREATE TABLE ... PARTITION OF would lock out every reader and writer of
-- position_hot; LIKE and ATTACH does not.
create function aerotrack.ensure_partitions(from_time timestamptz, to_time timestamptz) returns integer
language plpgsql as $$
declare
    width constant interval := '10 minutes';
    bucket timestamptz := date_bin(width, from_time, '2000-01-01 00:00Z');
    partition text;
    made integer := 0;
begin
    if to_time - from_time > interval '31 days' then
        raise exception 'ensure_partitions: % to % is longer than 31 days; give shorter ranges', from_time, to_time
            using errcode = 'invalid_parameter_value';
    end if;
    while bucket <= to_time loop
        partition := 'position_hot_' || to_char(bucket at time zone 'UTC', 'YYYYMMDD_HH24MI');
        if to_regclass('aerotrack.' || partition) is null then
            perform pg_advisory_xact_lock(hashtext('aerotrack.ensure_partitions'));
            begin
                execute format('create table aerotrack.%I (like aerotrack.position_hot including all)', partition);
                execute format('alter table aerotrack.position_hot attach partition aerotrack.%I '
                               'for values from (%L) to (%L)', partition, bucket, bucket + width);
                made := made + 1;
            exception
                when duplicate_table then null;  -- made while we waited; to_regclass would still say it is missing
            end;
        end if;
        bucket := bucket + width;
    end loop;
    return made;
end $$;


-- What readers see ------------------------------------------------------------------------------------

create function aerotrack.position_source_name(code smallint) returns text
language sql immutable strict parallel safe
return (array['adsb', 'adsr', 'mlat', 'tisb', 'adsc', 'mode_s', 'flarm', 'radar', 'simulated', 'other'])[code + 1];

-- Every stored position, however it is laid out underneath. Its columns are a promise to readers.
create view aerotrack.position as
select p.flight_id,
       aerotrack.icao24_of(p.flight_id) as icao24,
       p.time,
       date_bin(interval '10 minutes', p.time, timestamptz '2000-01-01 00:00Z') as bucket,
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
from aerotrack.position_hot p
left join aerotrack.feed f using (feed_id);  -- a join, which goes away where feed is not asked for

-- Positions from from_time up to, not including, to_time in a box that crosses 180 degrees where west > east.
create function aerotrack.positions_between(
    from_time timestamptz, to_time timestamptz,
    west double precision, south double precision, east double precision, north double precision
) returns setof aerotrack."position"
language sql stable parallel safe as $$
    select p.*
    from aerotrack."position" p
    where p.time >= from_time and p.time < to_time
      and p.lat between south and north
      and case when west <= east then p.lon between west and east else p.lon >= west or p.lon <= east end
$$;

-- Every flight that was live at a moment: heard within the 60 s before it, at its last position. The last
-- times are found first, because the columns of the view cost 7 us a row and a minute holds a million rows.
create function aerotrack.sky_at(at timestamptz) returns setof aerotrack."position"
language sql stable parallel safe as $$
    select distinct on (p.flight_id) p.*
    from (
        select l.flight_id, max(l.time) as time
        from aerotrack."position" l
        where l.time >= at - interval '60 seconds' and l.time <= at
        group by l.flight_id
    ) last
    join aerotrack."position" p on p.flight_id = last.flight_id and p.time = last.time
    where p.time >= at - interval '60 seconds' and p.time <= at
    order by p.flight_id
$$;


-- Who may read ----------------------------------------------------------------------------------------
-- Readers come through the view, which acts with its owner's rights: partitions need no grants, ever.

revoke execute on all functions in schema aerotrack from public;

-- Gives the read-only role exactly what is promised to it. A migration that adds to the promise replaces
-- this function and calls it again; a database administrator who makes the role later calls it too.
create function aerotrack.admit_reader() returns void
language plpgsql as $$
begin
    grant usage on schema aerotrack to aerotrack_reader;
    grant select on aerotrack.flight, aerotrack."position", aerotrack.feed, aerotrack.schema_version
        to aerotrack_reader;
    grant execute on function
        aerotrack.icao24_of, aerotrack.flight_name, aerotrack.position_source_name,
        aerotrack.positions_between, aerotrack.sky_at
        to aerotrack_reader;
end $$;
revoke execute on function aerotrack.admit_reader from public;

-- Roles belong to the server, not to the database: another database may have made this one already, or be
-- making it this moment. Altering it is left to whoever made it.
do $$
begin
    begin
        create role aerotrack_reader login connection limit 8;
        alter role aerotrack_reader set default_transaction_read_only = on;
        alter role aerotrack_reader set statement_timeout = '10s';
        alter role aerotrack_reader set idle_in_transaction_session_timeout = '30s';
        alter role aerotrack_reader set search_path = aerotrack;
    exception
        when duplicate_object or unique_violation then null;
        when insufficient_privilege then
            raise notice 'role aerotrack_reader was not made: let an administrator create it, then call aerotrack.admit_reader()';
    end;
    if exists (select from pg_roles where rolname = 'aerotrack_reader') then
        perform aerotrack.admit_reader();
    end if;
end $$;
