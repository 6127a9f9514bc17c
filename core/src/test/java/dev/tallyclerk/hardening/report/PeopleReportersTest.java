package dev.tallyclerk.hardening.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.hardening.audit.AuditReport;
import dev.tallyclerk.hardening.audit.Auditor;
import dev.tallyclerk.hardening.audit.Policy;
import dev.tallyclerk.hardening.container.ContainerReader;
import dev.tallyclerk.hardening.container.ContainerRules;
import dev.tallyclerk.hardening.container.ContainerSubject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The formats for people: text, Markdown and HTML. */
class PeopleReportersTest {
    private static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), part + " is not in\n" + text);
        }
    }

    @Test
    void textShowsWhatFailedTheWorstFirstAndTheVerdictLast() throws IOException {
        String text = Samples.write(TextReporter.create(), Samples.full());
        assertContains(
                text,
                "Hardening  production (profile L1, rejects on HIGH): ",
                "\n  CRITICAL ACME-001  Title of ACME-001 <b>\n           line (Dockerfile:3)\n",
                "           pointer (config#/Env/0) [PASSWORD=[redacted]",
                "           Remedy: Do `this` instead of | that.\n",
                "  Not decided\n    ACME-004: no key\n    ACME-005: ask the owner\n",
                "  Covered\n    ACME-007 waived (config#/User); waived (because <x>; team|a, until 2026-12-31)\n",
                "expired (config#/User); waiver expired (because <x>",
                "ACME-010 did not run: no longer wanted",
                "waiver of ACME-002 for everything (team|a) covers nothing",
                "lasts longer than the policy allows",
                "\nDecision  REJECTED\n");
        assertTrue(text.indexOf("Decision") > text.indexOf("Policy"));
        assertTrue(text.chars().noneMatch(c -> c == 0x1b));
    }

    @Test
    void textCanLeaveTheDecisionToTheCaller() throws IOException {
        TextReporter reporter = TextReporter.create();
        String whole = Samples.write(reporter, Samples.full());
        assertEquals(
                whole.substring(0, whole.indexOf("\nDecision  ")),
                Samples.write(reporter.withDecision(false).withColour(false), Samples.full()));
        assertEquals(whole, Samples.write(reporter.withDecision(false).withDecision(true), Samples.full()));
    }

    @Test
    void coloursComeOnlyWhenAskedForAndStrangersBringNone() throws IOException {
        String text = Samples.write(TextReporter.create().withColour(true), Samples.full());
        assertContains(text, "\u001b[31mREJECTED\u001b[0m");
        assertEquals(Samples.write(TextReporter.create(), Samples.full()), text.replaceAll("\u001b\\[\\d+m", ""));
    }

    @Test
    void textOfAnotherEncodingHasQuestionMarks() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TextReporter.create().withCharset(StandardCharsets.US_ASCII).write(Samples.full(), out);
        assertContains(out.toString(StandardCharsets.US_ASCII), "thing b?ro:1.2");
    }

    @Test
    void markdownStartsWithTheDecisionAndEscapesStrangers() throws IOException {
        String text = Samples.write(MarkdownReporter.create(), Samples.full());
        assertTrue(text.startsWith("# Hardening: rejected\n"), text);
        assertContains(
                text,
                "| Severity | Rule | Outcome | Finding |\n| --- | --- | --- | --- |\n| CRITICAL | ACME-001 | fail | line",
                "### ACME-001 Title of ACME-001 &lt;b\\>\n\nBecause of &lt;i\\> &amp;",
                "**Remedy:** Do \\`this\\` instead of \\| that.",
                "@<!-- -->all \\[a\\](b)");
        assertFalse(text.contains("<script"), "no tags");
        List<String> tags = new ArrayList<>();
        Matcher matcher = Pattern.compile("<[^>]*>").matcher(text);
        while (matcher.find()) {
            tags.add(matcher.group());
        }
        assertEquals(List.of("<!-- -->"), tags.stream().distinct().toList());
        for (String line : text.lines().filter(line -> line.startsWith("|")).toList()) {
            assertEquals(5, line.split("(?<!\\\\)\\|", -1).length - 1, line);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1. x, 1\\. x",
        "12) x, 12\\) x",
        "1.2.0 5.4, 1\\.2.0 5.4",
        "v1.2.0, v1.2.0",
        "- x, \\- x",
        "a-b, a-b",
        "# x, \\# x",
        "https://a.test, https\\://a.test",
        "WWW.a.test, WWW\\.a.test",
        "a: b, a: b",
        "[a](b), \\[a\\](b)",
    })
    void markdownShowsTextAsItIs(String text, String escaped) {
        assertEquals(escaped, MarkdownReporter.escape(text));
    }

    @Test
    void htmlHasNoElementOfAStranger() throws IOException {
        String html = Samples.write(HtmlReporter.create(), Samples.full());
        assertEquals(1, count(html, "<script"), "the reporter's own");
        assertEquals(0, count(html, "<img"));
        assertEquals(0, count(html, "onerror=alert(2)>"));
        assertContains(html, "x&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;");
        assertFalse(html.contains("http:") || html.contains("https:"), "it loads nothing");
    }

    @Test
    void htmlForbidsItselfWhatIsNotItsOwn() throws IOException {
        String html = Samples.write(HtmlReporter.create(), Samples.full());
        assertContains(html, "default-src 'none'");
        for (String element : List.of("style", "script")) {
            int from = html.indexOf("<" + element + ">") + element.length() + 2;
            String inline = html.substring(from, html.indexOf("</" + element + ">", from));
            byte[] hash = HexFormat.of()
                    .parseHex(Digest.sha256Of(inline.getBytes(StandardCharsets.UTF_8))
                            .encoded());
            assertContains(html, element + "-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "'");
        }
    }

    @Test
    void htmlExplainsEachRuleAndLeadsToIt() throws IOException {
        String html = Samples.write(HtmlReporter.create(), Samples.full());
        Matcher links = Pattern.compile("href=\"#([^\"]*)\"").matcher(html);
        int found = 0;
        while (links.find()) {
            found++;
            assertContains(html, "<article class=\"rule\" id=\"" + links.group(1) + "\">");
        }
        assertEquals(Samples.full().findings().size(), found);
        assertContains(html, "Because of &lt;i&gt; &amp; &quot;quotes&quot;.", "<b>Remedy:</b> Do `this`");
    }

    private static int count(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }

    @Test
    void textHasALineForEachSubjectFirstAndEachRemedyOnce() throws IOException {
        String text = Samples.write(TextReporter.create(), Samples.full());
        int first = text.indexOf("  CRITICAL thing b\u00fcro:1.2  ");
        assertTrue(first > 0 && first < text.indexOf("ACME-001"), text);
        assertEquals(1, count(text, "  CRITICAL ACME-001"), text);
        assertEquals(2, count(text, "Remedy: "), text);
        assertContains(text, "             in b\u00fcro:1.2, x");
    }

    @Test
    void eightContainersFitOnTwoScreens() throws Exception {
        List<ContainerSubject> containers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String document =
                    "{\"Id\":\"a\",\"Name\":\"/web" + i + "\",\"Config\":{\"User\":\"\",\"Image\":\"a\",\"Env\":[]},"
                            + "\"Mounts\":[],\"HostConfig\":{\"Privileged\":" + (i == 7)
                            + ",\"NetworkMode\":\"host\",\"PidMode\":"
                            + "\"host\",\"CapAdd\":[],\"CapDrop\":[],\"SecurityOpt\":[],\"Memory\":0,\"PidsLimit\":0}}";
            containers.addAll(ContainerReader.create().read(document.getBytes(StandardCharsets.UTF_8)));
        }
        AuditReport report = Auditor.of(Policy.defaults(), ContainerRules.ruleSet())
                .withClock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                .audit(containers);
        List<String> lines =
                Samples.write(TextReporter.create(), report).lines().toList();
        assertTrue(lines.size() <= 100, lines.size() + " lines");
        assertTrue(lines.get(2).startsWith("  CRITICAL container web7"), lines.get(2));
    }

    @Test
    void theRemedyStandsBesideTheFinding() throws IOException {
        String html = Samples.write(HtmlReporter.create(), Samples.full());
        assertContains(html, "<br><span class=\"remedy\">Remedy: Do `this` instead of | that.</span></td>");
        String row = Samples.write(MarkdownReporter.create(), Samples.full())
                .lines()
                .filter(line -> line.startsWith("| CRITICAL | ACME-001"))
                .findFirst()
                .orElseThrow();
        assertContains(row, "**Remedy:** Do \\`this\\` instead of \\| that. |");
    }
}
