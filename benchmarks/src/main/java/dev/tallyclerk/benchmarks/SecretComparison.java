package dev.tallyclerk.benchmarks;

import dev.tallyclerk.benchmarks.Comparison.Work;
import dev.tallyclerk.internal.secret.SecretEngine;
import dev.tallyclerk.internal.secret.SecretStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Searches files for secrets, against reading them (CRC-32C) and against one regular expression of a few keywords.
 *
 * <p>Arguments: none, or a folder for the tables and the chart, and a name for their files.
 */
public final class SecretComparison {
    private static final int BYTES = 64 << 20;
    private static final int SMOKE_BYTES = 1 << 20;

    /** Words for each that starts like a secret. */
    private static final int KEYWORD_EVERY = 40;

    /** A part of the table: the search of all of it takes longer still. */
    private static final Pattern FEW = Pattern.compile(
            "\\b(?:AKIA[A-Z2-7]{16}|gh[opsur]_[0-9A-Za-z]{36}|glpat-[-0-9A-Z_a-z]{20}|npm_[0-9A-Za-z]{36}"
                    + "|xox[bp]-[0-9]{9,14}-[-0-9A-Za-z]{16,300}|AIza[-0-9A-Z_a-z]{35})\\b");

    private SecretComparison() {}

    /** Runs all comparisons and prints, or writes, the tables. */
    public static void main(String[] args) throws Exception {
        Comparison comparison = new Comparison(Effort.FULL);
        run(comparison);
        comparison.report(args);
    }

    static void run(Comparison comparison) throws Exception {
        int size = comparison.effort().equals(Effort.SMOKE) ? SMOKE_BYTES : BYTES;
        comparison.section(String.format(Locale.ROOT, "Secrets in files of %,d bytes", size));
        byte[] text = text(size);
        byte[] random = new byte[size];
        new Random(1).nextBytes(random);
        String latin = new String(text, 0, size / 16, StandardCharsets.ISO_8859_1);
        SecretStream stream = SecretEngine.builtIn().startFiles();
        Work searched = () -> search(stream, text);
        comparison.add("text searched for secrets : CRC-32C of it", searched, () -> checksum(text));
        comparison.add(
                "text searched for secrets : a regular expression of six patterns, a 16th of it",
                searched,
                () -> matches(latin));
        comparison.add(
                "random bytes searched for secrets : CRC-32C of them",
                () -> search(stream, random),
                () -> checksum(random));
        speed(comparison, "text", size, searched);
        speed(comparison, "random bytes", size, () -> search(stream, random));
    }

    private static void speed(Comparison comparison, String name, int size, Work work) throws Exception {
        double nanos = comparison.time(work, comparison.effort().rounds());
        comparison.fact(name + ", MB of each second of CPU", String.format(Locale.ROOT, "%,.0f", size * 1e3 / nanos));
    }

    /** Words, numbers and code, in which a URL or another keyword begins now and then. */
    private static byte[] text(int size) {
        String[] words = {
            "the ",
            "return ",
            "value",
            " = ",
            "/usr/lib/x86_64-linux-gnu/",
            "int ",
            "0x1f4",
            "\n",
            "(",
            ");\n",
            "sha256:",
            "package ",
            "-----",
            "Optional",
            "import ",
            "2026-11-24 "
        };
        String[] starts = {"eyJ", "npm_config ", "hf_home", "\"auth\"", "https://example.test/a?b=c "};
        Random random = new Random(1);
        StringBuilder text = new StringBuilder(size + 64);
        while (text.length() < size) {
            String[] from = random.nextInt(KEYWORD_EVERY) == 0 ? starts : words;
            text.append(from[random.nextInt(from.length)]);
        }
        text.setLength(size);
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static long search(SecretStream stream, byte[] bytes) {
        long[] found = {0};
        stream.start("srv/file", secret -> found[0]++);
        for (int at = 0; at < bytes.length; at += SecretStream.MAX_CHUNK) {
            stream.update(bytes, at, Math.min(SecretStream.MAX_CHUNK, bytes.length - at));
        }
        stream.finish();
        return found[0];
    }

    private static long checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    private static long matches(String text) {
        Matcher matcher = FEW.matcher(text);
        long found = 0;
        while (matcher.find()) {
            found++;
        }
        return found;
    }
}
