package dev.tallyclerk.examples.fleet;

import dev.tallyclerk.text.Quoted;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** The HTML page on a fleet. It is one file without outside addresses. */
final class SummaryPage {
    private static final String STYLE = """
            :root{color-scheme:light dark;--line:#8884;--soft:#8883;--bad:#c62828;--good:#2e7d32;--open:#b26a00}
            @media(prefers-color-scheme:dark){:root{--bad:#ff8a80;--good:#81c784;--open:#ffb74d}}
            body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
            h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
            .sum{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}
            .sum div{border:1px solid var(--line);border-radius:.5rem;padding:.5rem 1rem;min-width:7rem}
            .sum b{display:block;font-size:1.3rem}.scroll{overflow-x:auto}
            table{border-collapse:collapse;width:100%}th,td{padding:.35rem .6rem;text-align:left;vertical-align:top}
            th{border-bottom:2px solid var(--line);font-weight:600}td{border-bottom:1px solid var(--soft)}
            .t{white-space:nowrap}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
            .bad{color:var(--bad);font-weight:600}.good{color:var(--good);font-weight:600}
            .open{color:var(--open);font-weight:600}
            td{overflow-wrap:anywhere}code{font-size:.9em}code[title]{white-space:nowrap}p.none{opacity:.7}ul{margin:.2rem 0;padding-left:1.2rem}
            """;

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final int UNIT = 1024;
    private static final int SHORT_DIGEST = 19;
    private static final int DAY = 10;

    private final StringBuilder out = new StringBuilder();

    private SummaryPage() {}

    /** {@return the page} */
    static String of(Summary summary, Summary.Run run) {
        SummaryPage page = new SummaryPage();
        page.head(summary, run);
        page.wrongLayers(summary);
        page.incomplete(summary);
        page.rules(summary);
        page.bases(summary);
        page.untrusted(summary);
        page.unsigned(summary);
        page.shared(summary);
        return page.out.append("</body></html>\n").toString();
    }

    private void head(Summary summary, Summary.Run run) {
        out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">")
                .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">")
                .append("<title>Fleet audit</title><style>")
                .append(STYLE)
                .append("</style></head><body><h1>Fleet audit</h1>\n<div class=\"sum\">");
        card(Integer.toString(summary.images()), "images", "");
        card(Integer.toString(summary.count("accepted")), "accepted", "good");
        card(Integer.toString(summary.count("rejected")), "rejected", "bad");
        card(Integer.toString(summary.count("incomplete")), "incomplete", "open");
        card(Integer.toString(summary.countSigned("no")), "without a signature", "");
        card(Integer.toString(summary.distinctLayers()), "distinct layers", "");
        card(size(run.hashed()), "hashed", "");
        card(size(summary.allBytes()), "if every image were read alone", "");
        out.append("</div>\n<p>Judged at ")
                .append(run.time().truncatedTo(ChronoUnit.SECONDS))
                .append(" by what was read since ")
                .append(run.began().truncatedTo(ChronoUnit.SECONDS))
                .append(
                        ". <code>images.jsonl</code> has a line for each image. An incomplete image has not passed. Left out: ")
                .append(run.leftOut())
                .append(" tags or entries that hold signatures and the like, which no engine loads.</p>\n");
    }

    private void card(String value, String name, String style) {
        boolean isStyled = !style.isEmpty() && !value.equals("0");
        out.append("<div><b")
                .append(isStyled ? " class=\"" + style + "\"" : "")
                .append('>')
                .append(value)
                .append("</b>")
                .append(name)
                .append("</div>");
    }

    private void wrongLayers(Summary summary) {
        List<Summary.Wrong> wrong = summary.wrongLayers();
        if (wrong.isEmpty()) {
            return;
        }
        out.append("<h2 class=\"bad\">Wrong layers</h2>\n<p>None of these images may be used.</p>\n");
        table("Layer", "Why", "Images", "#Number");
        for (Summary.Wrong each : wrong) {
            row();
            digest(each.layer.digest());
            cell(each.layer.reason() + ": " + each.layer.message());
            list(each.examples, each.images);
            number(Integer.toString(each.images));
        }
        end();
    }

    private void incomplete(Summary summary) {
        int count = summary.count("incomplete");
        if (count == 0) {
            return;
        }
        out.append("<h2 class=\"open\">Incomplete</h2>\n<p>").append(count).append(" images are not decided on.</p>\n");
        table("Image", "Why");
        for (Verdict each : summary.incomplete()) {
            row();
            code(each.image());
            cell(String.join("; ", each.because()));
        }
        end();
    }

    private void rules(Summary summary) {
        out.append("<h2>Worst rules</h2>\n");
        if (summary.worstRules().isEmpty()) {
            out.append("<p class=\"none\">No rule failed.</p>\n");
            return;
        }
        table("Rule", "Title", "Severity", "#Images", "#Problems");
        for (Summary.Rule each : summary.worstRules()) {
            row();
            code(each.first.id());
            cell(each.first.title());
            cell(each.severity.toLowerCase(Locale.ROOT));
            number(Integer.toString(each.images));
            number(Long.toString(each.problems));
        }
        end();
    }

    private void bases(Summary summary) {
        out.append(
                "<h2>Oldest bases</h2>\n<p>The lowest layers, and when they were made by the images' own account.</p>\n");
        table("Made", "Layer", "Name", "For example", "#Images");
        for (Summary.Base each : summary.oldestBases()) {
            row();
            day(each.first.created());
            digest(each.first.layer());
            cell(each.first.name());
            code(each.example);
            number(Integer.toString(each.images));
        }
        end();
    }

    private void untrusted(Summary summary) {
        if (!summary.isTrustAsked()) {
            return;
        }
        out.append("<h2>Signatures that do not count</h2>\n");
        if (summary.countUntrusted() == 0) {
            out.append("<p class=\"none\">All images that could be read have those that they need.</p>\n");
            return;
        }
        out.append("<p>")
                .append(summary.countUntrusted())
                .append(" images do not have the signatures that they need.</p>\n");
        table("Image", "Why");
        for (Verdict each : summary.untrusted()) {
            row();
            code(each.image());
            cell(String.join("; ", each.trust().because()));
        }
        end();
    }

    private void unsigned(Summary summary) {
        out.append("<h2>Without a signature</h2>\n<p>")
                .append(summary.countSigned("yes"))
                .append(" images have one, ")
                .append(summary.isTrustAsked() ? "whatever it is worth" : "which nobody has verified here")
                .append("; of ")
                .append(summary.countSigned("unknown"))
                .append(" it is not known.</p>\n");
        if (summary.countSigned("no") > 0) {
            out.append("<ul>");
            for (String image : summary.unsigned()) {
                out.append("<li><code>").append(escaped(image)).append("</code></li>");
            }
            more(summary.countSigned("no") - summary.unsigned().size());
            out.append("</ul>\n");
        }
    }

    private void shared(Summary summary) {
        out.append("<h2>Biggest shared layers</h2>\n");
        if (summary.biggestShared().isEmpty()) {
            out.append("<p class=\"none\">No images share a layer.</p>\n");
            return;
        }
        table("Layer", "#Size", "#Images", "#Not read again");
        for (Summary.Layer each : summary.biggestShared()) {
            row();
            digest(each.layer.digest());
            number(size(each.layer.size()));
            number(Integer.toString(each.images));
            number(size(each.saved()));
        }
        end();
    }

    /** Begins a table; a name that begins with {@code #} is of a column of numbers. */
    private void table(String... columns) {
        out.append("<div class=\"scroll\"><table><thead><tr>");
        for (String column : columns) {
            boolean isNumber = column.startsWith("#");
            out.append(isNumber ? "<th class=\"n\">" : "<th>")
                    .append(isNumber ? column.substring(1) : column)
                    .append("</th>");
        }
        out.append("</tr></thead><tbody>\n");
    }

    private void row() {
        out.append("<tr>");
    }

    private void end() {
        out.append("</tbody></table></div>\n");
    }

    private void cell(String text) {
        out.append("<td>").append(escaped(text)).append("</td>");
    }

    private void day(String time) {
        out.append("<td class=\"t\">")
                .append(time.isEmpty() ? "not stated" : escaped(time.substring(0, Math.min(DAY, time.length()))))
                .append("</td>");
    }

    private void code(String text) {
        out.append("<td><code>").append(escaped(text)).append("</code></td>");
    }

    private void digest(String digest) {
        out.append("<td><code title=\"")
                .append(escaped(digest))
                .append("\">")
                .append(escaped(digest.substring(0, Math.min(SHORT_DIGEST, digest.length()))))
                .append("</code></td>");
    }

    private void number(String text) {
        out.append("<td class=\"n\">").append(text).append("</td>");
    }

    private void list(List<String> images, int all) {
        out.append("<td><ul>");
        for (String image : images) {
            out.append("<li><code>").append(escaped(image)).append("</code></li>");
        }
        more(all - images.size());
        out.append("</ul></td>");
    }

    private void more(int count) {
        if (count > 0) {
            out.append("<li>and ").append(count).append(" more</li>");
        }
    }

    static String size(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= UNIT && unit < UNITS.size() - 1) {
            size /= UNIT;
            unit++;
        }
        return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", size, UNITS.get(unit));
    }

    private static String escaped(String text) {
        return Quoted.printable(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
