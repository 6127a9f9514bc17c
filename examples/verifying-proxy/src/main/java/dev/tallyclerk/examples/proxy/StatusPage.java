package dev.tallyclerk.examples.proxy;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** The HTML page that shows what was pulled, verified and refused. It is one file without outside addresses. */
final class StatusPage {
    static final String TYPE = "text/html; charset=utf-8";

    /** Nothing but the page's own style is loaded or run, whatever a name in it looks like. */
    static final String CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    private static final String STYLE = """
            :root{color-scheme:light dark;--line:#8884;--soft:#8883;--bad:#c62828;--good:#2e7d32}
            @media(prefers-color-scheme:dark){:root{--bad:#ff8a80;--good:#81c784}}
            body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
            h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
            .sum{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}
            .sum div{border:1px solid var(--line);border-radius:.5rem;padding:.5rem 1rem;min-width:7rem}
            .sum b{display:block;font-size:1.3rem}.scroll{overflow-x:auto}
            table{border-collapse:collapse;width:100%}th,td{padding:.35rem .6rem;text-align:left;vertical-align:top}
            th{border-bottom:2px solid var(--line);font-weight:600}td{border-bottom:1px solid var(--soft)}
            .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
            .bad{color:var(--bad);font-weight:600}.good{color:var(--good);font-weight:600}
            code{font-size:.9em;overflow-wrap:anywhere}p.none{opacity:.7}
            """;

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final int UNIT = 1024;

    /** What is true at the moment. */
    record Now(
            Instant time,
            Instant started,
            boolean isReady,
            List<String> problems,
            long cached,
            List<String> upstreams) {}

    private StatusPage() {}

    static String of(Now now, List<History.Repository> repositories, List<History.Refused> refusals) {
        StringBuilder out = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
                .append("<title>Verifying proxy</title><style>")
                .append(STYLE)
                .append("</style></head><body><h1>Verifying proxy</h1>\n");
        summary(out, now, repositories);
        for (String problem : now.problems()) {
            out.append("<p class=\"bad\" role=\"alert\">")
                    .append(escaped(problem))
                    .append("</p>\n");
        }
        repositories(out, now.time(), repositories);
        refusals(out, now.time(), refusals);
        return out.append("</body></html>\n").toString();
    }

    private static void summary(StringBuilder out, Now now, List<History.Repository> repositories) {
        long refused = repositories.stream()
                .mapToLong(each -> each.refused() + each.denied())
                .sum();
        out.append("<div class=\"sum\">");
        card(
                out,
                now.isReady() ? "<span class=\"good\">ready</span>" : "<span class=\"bad\">not ready</span>",
                "state");
        card(out, age(now.started(), now.time()), "up for");
        card(out, size(now.cached()), "in the cache");
        card(
                out,
                Long.toString(repositories.stream()
                        .mapToLong(History.Repository::given)
                        .sum()),
                "manifests given");
        card(out, refused == 0 ? "0" : "<span class=\"bad\">" + refused + "</span>", "refused");
        out.append("</div>\n<p>Serves ")
                .append(escaped(String.join(", ", now.upstreams())))
                .append(". What was given matches its digest.</p>\n");
    }

    private static void card(StringBuilder out, String value, String name) {
        out.append("<div><b>").append(value).append("</b>").append(name).append("</div>");
    }

    private static void repositories(StringBuilder out, Instant now, List<History.Repository> repositories) {
        out.append("<h2>Repositories</h2>\n");
        if (repositories.isEmpty()) {
            out.append("<p class=\"none\">Nothing has been pulled since the start.</p>\n");
            return;
        }
        out.append("<div class=\"scroll\"><table><thead><tr><th>Repository</th><th class=\"n\">Manifests given</th>")
                .append("<th class=\"n\">From the cache</th><th class=\"n\">Fetched</th><th class=\"n\">Stale</th>")
                .append("<th class=\"n\">Wrong content</th><th class=\"n\">Denied</th><th class=\"n\">Last pull</th>")
                .append("</tr></thead><tbody>\n");
        for (History.Repository each : repositories) {
            out.append("<tr><td><code>").append(escaped(each.name())).append("</code></td>");
            cell(out, Long.toString(each.given()));
            cell(out, Long.toString(each.hits()));
            cell(out, size(each.fetched()));
            cell(out, Long.toString(each.stale()));
            cell(out, count(each.refused()));
            cell(out, count(each.denied()));
            cell(out, each.last().equals(Instant.EPOCH) ? "never" : age(each.last(), now) + " ago");
            out.append("</tr>\n");
        }
        out.append("</tbody></table></div>\n");
    }

    private static void refusals(StringBuilder out, Instant now, List<History.Refused> refusals) {
        out.append("<h2>Refused, and why</h2>\n");
        if (refusals.isEmpty()) {
            out.append("<p class=\"none\">Nothing has been refused since the start.</p>\n");
            return;
        }
        out.append("<div class=\"scroll\"><table><thead><tr><th class=\"n\">When</th><th>What</th><th>By</th>")
                .append("<th>Why</th></tr></thead><tbody>\n");
        for (History.Refused each : refusals) {
            out.append("<tr>");
            cell(out, age(each.time(), now) + " ago");
            out.append("<td><code>").append(escaped(each.subject())).append("</code></td><td>");
            out.append(by(each.kind()))
                    .append("</td><td>")
                    .append(escaped(each.why()))
                    .append("</td></tr>\n");
        }
        out.append("</tbody></table></div>\n");
    }

    private static String by(String kind) {
        return switch (kind) {
            case "DENIED" -> "the policy";
            case "OBSERVED" -> "the policy, which only observes";
            case "DAMAGED" -> "the digest, in the cache";
            default -> "the digest";
        };
    }

    private static void cell(StringBuilder out, String value) {
        out.append("<td class=\"n\">").append(value).append("</td>");
    }

    private static String count(long number) {
        return number == 0 ? "0" : "<span class=\"bad\">" + number + "</span>";
    }

    static String size(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= UNIT && unit < UNITS.size() - 1) {
            value /= UNIT;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS.get(unit));
    }

    private static String age(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.compareTo(Duration.ofMinutes(2)) < 0) {
            return Math.max(0, age.toSeconds()) + " s";
        }
        if (age.compareTo(Duration.of(2, ChronoUnit.HOURS)) < 0) {
            return age.toMinutes() + " min";
        }
        return age.toDays() < 2 ? age.toHours() + " h" : age.toDays() + " days";
    }

    static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }
}
