package dev.tallyclerk.hardening.benchmark;

import dev.tallyclerk.hardening.RuleId;
import dev.tallyclerk.hardening.RuleInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The built-in benchmarks, and the tables that they are read from.
 *
 * <p>A table is text in UTF-8. Lines that begin with {@code #} and have a colon set {@code id}, {@code title},
 * {@code citing} (the document whose sections rules cite), {@code kinds} and {@code other-kinds} (of subjects,
 * separated by commas); other such lines are comments. Each further line is a section: number, title and coverage,
 * separated by tabs. Coverage lists, separated by commas, sections of the cited document, ids of rules, and aspects of
 * rules such as {@code PSS-001?check=privileged}. Without coverage, it is the section's own number; with {@code -},
 * nothing.
 *
 * <p>Titles are our own words. Numbers are those of the editions; see {@code docs/benchmarks.md} for where they come
 * from.
 */
public final class Benchmarks {
    private static final List<String> BUILT_IN = List.of(
            "cis-docker-1.6.0",
            "cis-docker-1.7.0",
            "cis-docker-1.8.0",
            "cis-kubernetes-1.12.0",
            "nist-sp-800-190",
            "nsa-cisa-kubernetes-1.2",
            "pss-baseline",
            "pss-restricted");

    private Benchmarks() {}

    /** {@return the ids of the built-in benchmarks, in order; unmodifiable} */
    public static List<String> ids() {
        return BUILT_IN;
    }

    /**
     * {@return a built-in benchmark, if there is one of that id}
     *
     * @param id for example {@code cis-docker-1.7.0}
     */
    public static Optional<Benchmark> find(String id) {
        if (!BUILT_IN.contains(id)) {
            return Optional.empty();
        }
        try (InputStream in = Benchmarks.class.getResourceAsStream(id + ".tsv")) {
            if (in == null) {
                throw new IllegalStateException("the table of " + id + " is missing");
            }
            return Optional.of(parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * {@return the benchmark in a table}
     *
     * @param table the text
     * @throws IllegalArgumentException if it is malformed; the message names the line
     */
    public static Benchmark parse(String table) {
        Map<String, String> head = new HashMap<>();
        List<Section> sections = new ArrayList<>();
        int number = 0;
        for (String line : table.lines().toList()) {
            number++;
            try {
                int colon = line.indexOf(':');
                if (line.startsWith("#")) {
                    if (colon > 0) {
                        head.put(
                                line.substring(1, colon).strip().toLowerCase(Locale.ROOT),
                                line.substring(colon + 1).strip());
                    }
                } else if (!line.isBlank()) {
                    sections.add(section(line, head.getOrDefault("citing", "")));
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + " of a benchmark: " + e.getMessage(), e);
            }
        }
        return Benchmark.of(head.getOrDefault("id", ""), head.getOrDefault("title", ""), sections)
                .withSubjectKinds(kinds(head.getOrDefault("kinds", "")))
                .withOtherKinds(kinds(head.getOrDefault("other-kinds", "")));
    }

    private static Set<String> kinds(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split("\\s*,\\s*", -1));
    }

    private static Section section(String line, String cited) {
        String[] cells = line.split("\t", -1);
        if (cells.length < 2 || cells.length > 3) {
            throw new IllegalArgumentException(
                    "a section has a number, a title and perhaps coverage, separated by tabs, not " + cells.length
                            + " cells");
        }
        Section section = Section.of(cells[0], cells[1]);
        String coverage = cells.length == 3 && !cells[2].isBlank() ? cells[2] : cells[0];
        for (String each : coverage.split(",", -1)) {
            String part = each.strip();
            if (!part.equals("-")) {
                section = covered(section, part, cited);
            }
        }
        return section;
    }

    private static Section covered(Section section, String part, String cited) {
        int question = part.indexOf('?');
        int equals = part.indexOf('=', question + 1);
        if (question > 0 && equals > question) {
            return section.withAspect(
                    new RuleId(part.substring(0, question)),
                    part.substring(question + 1, equals),
                    part.substring(equals + 1));
        }
        boolean isRule = part.matches("[A-Z][A-Z0-9]{1,7}-[0-9]{3,4}");
        return isRule ? section.withRule(new RuleId(part)) : section.withCitation(new RuleInfo.Citation(cited, part));
    }
}
