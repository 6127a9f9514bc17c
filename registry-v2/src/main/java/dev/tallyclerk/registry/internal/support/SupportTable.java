package dev.tallyclerk.registry.internal.support;

import dev.tallyclerk.internal.text.Words;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** When the support of distributions ends, as of {@link #AS_OF}. */
public final class SupportTable {
    /** The day of the table. */
    public static final LocalDate AS_OF = LocalDate.of(2026, 8, 22);

    /**
     * For each {@code ID} of {@code os-release}: the start of {@code VERSION_ID}, the end of regular support and, after
     * a slash, that of extended support (LTS, ESM, ELS). Compiled from endoflife.date.
     */
    private static final String TABLE = """
            debian: 13=2028-08-09/2030-06-30 12=2026-07-11/2028-06-30 11=2024-08-14/2026-08-31
            10=2022-09-10/2024-06-30 9=2020-07-18/2022-07-01 8=2018-06-17/2020-06-30 7=2016-04-25/2018-05-31
            6=2014-05-31/2016-02-29 5=2012-02-06/2012-02-06 4=2010-02-15/2010-02-15 3.1=2008-03-31/2008-03-31
            3.0=2006-06-30/2006-06-30 2.2=2003-06-30/2003-06-30 2.1=2000-09-30/2000-10-30
            2.0=1999-02-15/1999-02-15 1.3=1998-12-08/1998-12-08 1.2=1997-10-23/1997-10-23
            1.1=1996-12-12/1996-12-12
            ubuntu: 26.04=2031-04-30/2036-04-30 25.10=2026-07-01 25.04=2026-01-17 24.10=2025-07-10
            24.04=2029-05-31/2036-05-31 23.10=2024-07-12 23.04=2024-01-20 22.10=2023-07-20
            22.04=2027-04-01/2032-04-09 21.10=2022-07-14 21.04=2022-01-20 20.10=2021-07-22
            20.04=2025-05-31/2030-04-02 19.10=2020-07-06 19.04=2020-01-23 18.10=2019-07-18
            18.04=2023-05-31/2028-04-01 17.10=2018-07-19 17.04=2018-01-13 16.10=2017-07-20
            16.04=2021-04-02/2026-04-02 15.10=2016-07-28 15.04=2016-02-04 14.10=2015-07-23
            14.04=2019-04-02/2024-04-02 13.10=2014-07-17 13.04=2014-01-27 12.10=2014-05-16
            12.04=2017-04-28/2019-04-26 11.10=2013-05-09 11.04=2012-10-28 10.10=2012-04-10 10.04=2013-05-09
            9.10=2011-04-30 9.04=2010-10-23 8.10=2010-04-30 8.04=2013-05-09 7.10=2009-04-18 7.04=2008-10-19
            6.10=2008-04-26 6.06=2011-06-01 5.10=2007-04-13 5.04=2006-10-31 4.10=2006-04-30
            alpine: 3.24=2028-06-01 3.23=2027-11-01 3.22=2027-05-01 3.21=2026-11-01 3.20=2026-04-01
            3.19=2025-11-01 3.18=2025-05-09 3.17=2024-11-22 3.16=2024-05-23 3.15=2023-11-01 3.14=2023-05-01
            3.13=2022-11-01 3.12=2022-05-01 3.11=2021-11-01 3.10=2021-05-01 3.9=2020-11-01 3.8=2020-05-01
            3.7=2019-11-01 3.6=2019-05-01 3.5=2018-11-01 3.4=2018-05-01 3.3=2017-11-01 3.2=2017-05-01
            3.1=2016-11-01 3.0=2016-05-01 2.7=2015-11-01 2.6=2015-05-01 2.5=2014-11-01 2.4=2014-05-01
            2.3=2013-11-01 2.2=2013-05-01 2.1=2012-11-01
            fedora: 44=2027-06-02 43=2026-12-09 42=2026-05-27 41=2025-12-15 40=2025-05-13 39=2024-11-26
            38=2024-05-21 37=2023-12-05 36=2023-05-16 35=2022-12-13 34=2022-06-07 33=2021-11-30 32=2021-05-25
            31=2020-11-24 30=2020-05-26 29=2019-11-26 28=2019-05-28 27=2018-11-30 26=2018-05-29 25=2017-12-12
            24=2017-08-08 23=2016-12-20 22=2016-07-19 21=2015-12-01 20=2015-06-23 19=2015-01-06 18=2014-01-14
            17=2013-07-30 16=2013-02-12 15=2012-06-26 14=2011-12-09 13=2011-06-24 12=2010-12-02 11=2010-06-25
            10=2009-12-17 9=2009-07-10 8=2009-01-07 7=2008-06-13 6=2007-12-07 5=2007-07-02 4=2006-08-07
            3=2006-01-16 2=2005-04-11 1=2004-09-20
            rocky: 10=2035-05-31 9=2032-05-31 8=2029-05-31
            almalinux: 10=2035-05-31 9=2032-05-31 8=2029-05-31
            rhel: 10=2035-05-31/2039-05-31 9=2032-05-31/2036-05-31 8=2029-05-31/2033-05-31
            7=2024-06-30/2029-05-31 6=2020-11-30/2024-06-30 5=2017-03-31/2020-11-30 4=2012-02-29/2017-03-31
            centos: 8=2021-12-31 7=2024-06-30 6=2020-11-30 5=2017-03-31
            centos-stream: 10=2030-05-31 9=2027-05-31 8=2024-05-31
            amzn: 2023=2029-06-30 2=2026-06-30 2018.03=2023-12-31 2017.09=2023-12-31 2017.03=2023-12-31
            2016.09=2023-12-31 2016.03=2023-12-31 2015.09=2023-12-31 2015.03=2023-12-31 2014.09=2023-12-31
            2014.03=2023-12-31 2013.09=2023-12-31 2013.03=2023-12-31 2012.09=2023-12-31 2012.03=2023-12-31
            2011.09=2023-12-31 2010.11=2023-12-31
            opensuse-leap: 16.0=2027-10-31 15.6=2026-04-30 15.5=2024-12-31 15.4=2023-12-07 15.3=2022-12-31
            15.2=2022-01-04 15.1=2021-02-02 15.0=2019-12-03 42.3=2019-07-01 42.2=2018-01-26 42.1=2017-05-17
            13.2=2017-01-17 13.1=2016-02-03 12.3=2015-01-29 12.2=2014-01-15 12.1=2013-05-15 11.4=2012-11-05
            11.3=2012-01-20 11.2=2011-05-12 11.1=2011-01-14 11.0=2010-07-26
            ol: 10= 9=2032-06-30/2035-06-30 8=2029-07-31/2032-07-31 7=2024-12-31/2028-06-30
            6=2021-03-31/2024-12-31
            sles: 16.0=2027-11-30/2030-11-30 15.7=2031-07-31/2034-07-31 15.6=2025-12-31/2028-12-31
            15.5=2024-12-31/2027-12-31 15.4=2023-12-31/2026-12-31 15.3=2022-12-31/2025-12-31
            15.2=2021-12-31/2024-12-31 12.5=2024-10-31/2027-10-31 15.1=2021-01-31/2024-01-31
            12.4=2020-06-30/2023-06-30 15.0=2019-12-31/2022-12-31 12.3=2019-06-30/2022-06-30
            12.2=2018-03-31/2021-03-31 12.1=2017-05-31/2020-05-31 11.4=2019-03-31/2022-03-31
            12.0=2016-06-30/2019-07-01 11.3=2016-01-31/2019-01-30 11.2=2014-01-31/2017-01-30
            10.4=2013-07-31/2016-07-30 11.1=2012-08-31/2015-08-30 10.3=2011-10-11/2014-10-31
            11.0=2010-12-31/2010-12-31 10.2=2010-04-11/2013-04-10 10.1=2008-11-30/2010-12-31
            10.0=2007-12-31/2007-12-31
            """;

    /** Other IDs under which releases with the same support are known. */
    private static final Map<String, String> ALIASES =
            Map.of("opensuse", "opensuse-leap", "sled", "sles", "sles_sap", "sles");

    private static final Map<String, List<Release>> RELEASES = read();

    private SupportTable() {}

    /**
     * A release of a distribution.
     *
     * @param version the start of {@code VERSION_ID}
     * @param end the end of regular support, or null if none is set
     * @param extendedEnd the end of extended support, or null if there is none
     */
    public record Release(
            String version,
            @Nullable LocalDate end,
            @Nullable LocalDate extendedEnd) {
        /** {@return whether only extended support is left on a day} */
        public boolean isExtended(LocalDate day) {
            return end != null && day.isAfter(end) && extendedEnd != null && !day.isAfter(extendedEnd);
        }

        /**
         * {@return when the support ended that is missed on a day, or null if it has not ended or has no end}
         *
         * @param acceptsExtended whether extended support is enough
         */
        public @Nullable LocalDate ended(LocalDate day, boolean acceptsExtended) {
            if (end == null || !day.isAfter(end) || (acceptsExtended && isExtended(day))) {
                return null;
            }
            return extendedEnd == null || isExtended(day) ? end : extendedEnd;
        }

        private boolean isFor(String other) {
            return other.equals(version) || other.startsWith(version + ".");
        }
    }

    /**
     * {@return the release that fits a version best, or null}
     *
     * @param id the {@code ID} of os-release; {@code centos-stream} for CentOS Stream
     * @param wanted the {@code VERSION_ID}
     */
    public static @Nullable Release find(String id, String wanted) {
        Release found = null;
        if (wanted.indexOf('_') >= 0) {
            return null; // a version of Alpine's rolling branch, before the release of that number
        }
        for (Release release : RELEASES.getOrDefault(ALIASES.getOrDefault(id, id), List.of())) {
            boolean isLonger = found == null || release.version.length() > found.version.length();
            if (release.isFor(wanted) && isLonger) {
                found = release;
            }
        }
        return found;
    }

    private static Map<String, List<Release>> read() {
        Map<String, List<Release>> releases = new HashMap<>();
        List<Release> current = new ArrayList<>();
        for (String word : Words.list(TABLE)) {
            if (word.endsWith(":")) {
                current = new ArrayList<>();
                releases.put(word.substring(0, word.length() - 1), current);
                continue;
            }
            int equals = word.indexOf('=');
            int slash = word.indexOf('/');
            current.add(new Release(
                    word.substring(0, equals),
                    date(word.substring(equals + 1, slash < 0 ? word.length() : slash)),
                    slash < 0 ? null : date(word.substring(slash + 1))));
        }
        return releases;
    }

    private static @Nullable LocalDate date(String text) {
        return text.isEmpty() ? null : LocalDate.parse(text);
    }
}
