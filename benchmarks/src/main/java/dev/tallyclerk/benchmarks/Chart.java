package dev.tallyclerk.benchmarks;

import dev.tallyclerk.benchmarks.Comparison.Ratio;
import dev.tallyclerk.benchmarks.Comparison.Section;
import java.util.List;
import java.util.Locale;

/** Draws the ratios: a bar for each median, a line from the lowest to the highest ratio, and a mark for the goal. */
final class Chart {
    private static final int NAMES = 470;
    private static final int BARS = 420;
    private static final int WIDTH = NAMES + BARS + 80;
    private static final int ROW = 20;
    private static final int TITLE = 34;

    /** The scale, as powers of two: from 1/4 to 16. Bars of other ratios end at the edge. */
    private static final double LEAST = -2;

    private static final double MOST = 4;

    private final StringBuilder out = new StringBuilder();
    private int y = 30;

    private Chart() {}

    /**
     * {@return the chart as SVG}
     *
     * @param place the machine, the Java version and the date
     */
    static String render(List<Section> sections, String place) {
        return new Chart().draw(sections, place);
    }

    private String draw(List<Section> sections, String place) {
        for (Section section : sections) {
            if (section.ratios().isEmpty()) {
                continue;
            }
            text(10, y + 16, "title", section.title());
            y += TITLE;
            section.ratios().forEach(this::bar);
            y += ROW / 2;
        }
        StringBuilder scale = new StringBuilder();
        for (double power = LEAST; power <= MOST; power++) {
            double x = x(Math.pow(2, power));
            scale.append(format(
                    "<line class='%s' x1='%.1f' y1='24' x2='%.1f' y2='%d'/>\n", power == 0 ? "one" : "grid", x, x, y));
            scale.append(format(
                    "<text class='scale' x='%.1f' y='16'>%s</text>\n",
                    x, power < 0 ? "1/" + (int) Math.pow(2, -power) : String.valueOf((int) Math.pow(2, power))));
        }
        return format(
                        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d' role='img'>\n",
                        WIDTH, y + 48, WIDTH, y + 48)
                + """
                <title>How many times as fast as its yardstick each subject is</title>
                <style>
                svg { background: #fff; font: 12px sans-serif; fill: #24292f }
                .title { font-weight: bold } .name, .value { font-size: 11px } .name { text-anchor: end }
                .scale { text-anchor: middle; fill: #57606a; font-size: 11px }
                .grid { stroke: #d8dee4 } .one { stroke: #57606a }
                .bar { fill: #54aeff } .missed { fill: #d4a72c } .range { stroke: #0a3069; stroke-width: 1.5 }
                .goal { stroke: #cf222e; stroke-width: 2 }
                </style>
                """
                + scale
                + out
                + format(
                        "<text class='scale' x='%d' y='%d'>times as fast as the yardstick, logarithmic; ",
                        WIDTH / 2, y + 20)
                + "a red mark is the goal</text>\n"
                + format("<text class='scale' x='%d' y='%d'>%s</text>\n</svg>\n", WIDTH / 2, y + 38, escaped(place));
    }

    private void bar(Ratio ratio) {
        double one = x(1);
        double end = x(ratio.median());
        boolean missed =
                ratio.goal().isPresent() && ratio.median() < ratio.goal().getAsDouble();
        text(NAMES - 8, y + 13, "name", ratio.name());
        out.append(format(
                "<rect class='%s' x='%.1f' y='%d' width='%.1f' height='12'/>\n",
                missed ? "missed" : "bar", Math.min(one, end), y + 3, Math.max(1, Math.abs(end - one))));
        line("range", x(ratio.lowest()), y + 9, x(ratio.highest()), y + 9);
        ratio.goal().ifPresent(goal -> line("goal", x(goal), y + 1, x(goal), y + 17));
        text(NAMES + BARS + 8, y + 13, "value", format("%.3f", ratio.median()));
        y += ROW;
    }

    private void line(String style, double x1, int y1, double x2, int y2) {
        out.append(format("<line class='%s' x1='%.1f' y1='%d' x2='%.1f' y2='%d'/>\n", style, x1, y1, x2, y2));
    }

    private void text(int x, int baseline, String style, String value) {
        out.append(format("<text class='%s' x='%d' y='%d'>%s</text>\n", style, x, baseline, escaped(value)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private static double x(double ratio) {
        double power = Math.log(ratio) / Math.log(2);
        double part = (Math.max(LEAST, Math.min(MOST, power)) - LEAST) / (MOST - LEAST);
        return NAMES + part * BARS;
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
