package dev.tallyclerk.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Keeps the picture in the README in step with the command's output. {@code -Dtallyclerk.regenerate=true} redraws it.
 */
class ReportPictureTest {
    private static final Path PICTURE = Path.of("report.svg");
    private static final String SOURCE = "oci:images/hello-tampered:1.0";
    private static final int COLUMNS = 118;
    private static final double CHARACTER_WIDTH = 7.8;
    private static final int LINE_HEIGHT = 18;
    private static final int MARGIN = 16;

    private static final Map<String, String> STYLES = Map.of(
            "1",
            "font-weight=\"bold\"",
            "2",
            "fill=\"#8b949e\"",
            "31",
            "fill=\"#ff7b72\"",
            "32",
            "fill=\"#7ee787\"",
            "33",
            "fill=\"#e3b341\"");

    @Test
    void showsWhatTheCommandPrints() throws IOException {
        String drawn = draw(CommandRun.of("verify", SOURCE, "--color", "always").out());
        if (Boolean.getBoolean("tallyclerk.regenerate")) {
            Files.writeString(PICTURE, drawn);
        }
        assertEquals(drawn, Files.readString(PICTURE));
    }

    private static String draw(String output) {
        List<String> lines = new ArrayList<>();
        lines.add("$ examples/tallyclerk verify oci:examples/images/hello-tampered:1.0");
        for (String line :
                output.replace("images/hello", "examples/images/hello").split("\n", -1)) {
            wrap(line.stripTrailing(), lines);
        }
        int width = (int) (COLUMNS * CHARACTER_WIDTH) + 2 * MARGIN;
        int height = lines.size() * LINE_HEIGHT + 2 * MARGIN;
        StringBuilder svg = new StringBuilder();
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">%n",
                width,
                height,
                width,
                height));
        svg.append("<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>\n");
        svg.append("<g font-family=\"ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" font-size=\"13\"")
                .append(" fill=\"#e6edf3\" xml:space=\"preserve\">\n");
        for (int i = 0; i < lines.size(); i++) {
            svg.append(String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\">", MARGIN, MARGIN + 13 + i * LINE_HEIGHT))
                    .append(spans(lines.get(i)))
                    .append("</text>\n");
        }
        return svg.append("</g>\n</svg>\n").toString().replace("\r\n", "\n");
    }

    /** Wraps a line as a terminal would, without counting escape sequences. */
    private static void wrap(String line, List<String> into) {
        StringBuilder part = new StringBuilder();
        int column = 0;
        for (int i = 0; i < line.length(); i++) {
            if (line.charAt(i) == '\u001b') {
                int end = line.indexOf('m', i);
                part.append(line, i, end + 1);
                i = end;
                continue;
            }
            if (column == COLUMNS) {
                into.add(part.toString());
                part.setLength(0);
                column = 0;
            }
            part.append(line.charAt(i));
            column++;
        }
        into.add(part.toString());
    }

    private static String spans(String line) {
        StringBuilder out = new StringBuilder();
        int open = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\u001b') {
                int end = line.indexOf('m', i);
                String code = line.substring(i + 2, end);
                if (code.equals("0")) {
                    out.append("</tspan>".repeat(open));
                    open = 0;
                } else {
                    out.append("<tspan ").append(STYLES.get(code)).append('>');
                    open++;
                }
                i = end;
            } else {
                out.append(
                        switch (c) {
                            case '<' -> "&lt;";
                            case '>' -> "&gt;";
                            case '&' -> "&amp;";
                            case ' ' -> "\u00a0"; // no renderer folds these
                            default -> String.valueOf(c);
                        });
            }
        }
        return out.append("</tspan>".repeat(open)).toString();
    }
}
