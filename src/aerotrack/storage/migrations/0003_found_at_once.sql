-- Two questions answered at once: a callsign as people write it, and the sky of the last minutes.

-- Its beginning is asked for, in whatever case; nothing asked the index as it was.
drop index aerotrack.flight_callsign;
create index flight_callsign on aerotrack.flight (upper(callsign) text_pattern_ops);

-- Every flight that was live at a moment, at its last position, in steps: heard within `lookback` before it.
-- In the archive that is the last element at or before the moment, found by halving. Among hot rows most flights
-- are found in the last ten seconds (`newest`); the other fifty, of a busy sky 300,000 rows, are read once, for the rest.
create or replace function aerotrack.sky_steps(at timestamptz, lookback interval)
returns table (
    flight_id bigint, "time" timestamptz, lat integer, lon integer,
    altitude smallint, geo_altitude smallint, ground_speed smallint, track smallint, vertical_rate smallint,
    squawk smallint, position_source smallint, feed_id smallint, on_ground boolean
)
language sql stable parallel safe as $$
    with newest as materialized (
        select p.flight_id, p.time, p.lat, p.lon, p.altitude, p.geo_altitude, p.ground_speed, p.track, p.vertical_rate,
               p.squawk, p.position_source, p.feed_id, p.on_ground
        from (
            select l.flight_id, max(l.time) as time
            from aerotrack.position_hot l
            where l.time > at - least(lookback, interval '10 seconds') and l.time <= at
            group by l.flight_id
        ) last
        join aerotrack.position_hot p on p.flight_id = last.flight_id and p.time = last.time
        where p.time > at - least(lookback, interval '10 seconds') and p.time <= at
    )
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
        select * from newest
        union all
        (select distinct on (p.flight_id)
                p.flight_id, p.time, p.lat, p.lon, p.altitude, p.geo_altitude, p.ground_speed, p.track, p.vertical_rate,
                p.squawk, p.position_source, p.feed_id, p.on_ground
         from aerotrack.position_hot p
         where p.time >= at - lookback and p.time <= at - least(lookback, interval '10 seconds')
           and p.flight_id not in (select n.flight_id from newest n)
         order by p.flight_id, p.time desc)
    ) s
    order by s.flight_id, s.time desc
$$;
