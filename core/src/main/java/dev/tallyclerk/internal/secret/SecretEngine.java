package dev.tallyclerk.internal.secret;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Finds secrets in texts and files by a table of patterns: keywords first, all in one pass, and then what is around
 * each.
 *
 * <p>Immutable, and safe for use by several threads. Takes time linear in the text, whatever the text is.
 */
public final class SecretEngine {
    private static final SecretEngine BUILT_IN = new SecretEngine(List.of(), PatternTable.parse(resource()));

    private final List<SecretPattern> own;
    private final KeywordScan everywhere;
    private final KeywordScan inFiles;
    private final List<SecretPattern> ofNames;

    private SecretEngine(List<SecretPattern> own, List<SecretPattern> all) {
        this.own = List.copyOf(own);
        this.everywhere = new KeywordScan(
                all.stream().filter(pattern -> pattern.paths().isEmpty()).toList());
        this.inFiles = new KeywordScan(all.stream()
                .filter(pattern -> pattern.paths().isEmpty() && pattern.isForFiles())
                .toList());
        this.ofNames =
                all.stream().filter(pattern -> !pattern.paths().isEmpty()).toList();
    }

    /** {@return the engine with the built-in patterns} */
    public static SecretEngine builtIn() {
        return BUILT_IN;
    }

    /**
     * {@return an engine with more patterns}
     *
     * @param table the patterns, one a line, in the format of the built-in table
     * @throws PatternException if a line is not a pattern
     */
    public SecretEngine withPatterns(String table) {
        List<SecretPattern> more = new ArrayList<>(own);
        more.addAll(PatternTable.parse(table));
        List<SecretPattern> all = new ArrayList<>(PatternTable.parse(resource()));
        all.addAll(more);
        return new SecretEngine(more, all);
    }

    /** {@return an engine with the patterns of a table only} */
    static SecretEngine of(String table) {
        List<SecretPattern> all = PatternTable.parse(table);
        return new SecretEngine(all, all);
    }

    private static String resource() {
        try (InputStream in = SecretEngine.class.getResourceAsStream("patterns.txt")) {
            return new String(Objects.requireNonNull(in, "patterns.txt").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the secrets of a configuration, a command line or another document} */
    List<FoundSecret> find(String text) {
        List<FoundSecret> found = find(Window.Use.DOCUMENT, text);
        return found.isEmpty()
                ? found
                : found.stream().filter(secret -> !secret.isDoubtful()).toList();
    }

    /** {@return whatever looks like a secret, also if its checksum is wrong or it is an example} */
    List<FoundSecret> findLookalikes(String text) {
        return find(Window.Use.REDACTION, text);
    }

    private List<FoundSecret> find(Window.Use use, String document) {
        // Nearly all texts are short and have no keyword.
        if (!everywhere.isIn(document)) {
            return List.of();
        }
        Window text = Window.of(use, document);
        int last = text.end() - 1;
        List<FoundSecret> found = new ArrayList<>();
        everywhere.scan(text.bytes(), 0, last, text.end(), new SecretMatcher(everywhere.patterns(), text, found::add));
        return found;
    }

    /** {@return a stream for the contents of files, one after the other} */
    public SecretStream startFiles() {
        return new SecretStream(inFiles, ofNames);
    }
}
