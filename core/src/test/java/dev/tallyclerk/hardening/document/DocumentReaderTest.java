package dev.tallyclerk.hardening.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.source.SourceDocument;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentReaderTest {
    private static SourceDocument file(String text) {
        return SourceDocument.of("a.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    private static DocumentValue read(DocumentDialect dialect, String text) throws MalformedSubjectException {
        List<Document> documents = DocumentReader.of(dialect).read(file(text));
        assertEquals(1, documents.size());
        return documents.get(0).root();
    }

    private static MalformedSubjectException refusal(DocumentDialect dialect, String text) {
        return assertThrows(
                MalformedSubjectException.class,
                () -> DocumentReader.of(dialect).read(file(text)));
    }

    private static <T> T known(Fact<T> fact) {
        return fact.<Optional<T>>fold(
                        (value, at) -> Optional.of(value), assumed -> Optional.empty(), missing -> Optional.empty())
                .orElseThrow(() -> new AssertionError(fact.toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "KUBERNETES, yes, BOOLEAN",
        "KUBERNETES, on, BOOLEAN",
        "KUBERNETES, y, BOOLEAN",
        "KUBERNETES, Off, BOOLEAN",
        "KUBERNETES, '''yes''', TEXT",
        "KUBERNETES, 010, NUMBER",
        "KUBERNETES, 22:22, TEXT",
        "KUBERNETES, ~, NULL",
        "KUBERNETES, 1e3, TEXT",
        "KUBERNETES, 1e+3, NUMBER",
        "KUBERNETES, .5, NUMBER",
        "KUBERNETES, 2026-01-01, TEXT",
        "KUBERNETES, '!!str 5', TEXT",
        "KUBERNETES, '!!int \"5\"', NUMBER",
        "KUBERNETES, 1_000, NUMBER",
        "COMPOSE, yes, TEXT",
        "COMPOSE, true, BOOLEAN",
        "COMPOSE, 0:0, TEXT",
        "COMPOSE, 010, NUMBER",
        "COMPOSE, null, NULL",
        "KUBERNETES, +, TEXT",
        "KUBERNETES, ., TEXT",
    })
    void plainScalarsHaveTheTypeOfTheDialect(DocumentDialect dialect, String text, DocumentValue.Type type)
            throws MalformedSubjectException {
        DocumentValue value = read(dialect, "a: " + text).member("a").orElseThrow();
        assertEquals(type, value.type());
    }

    @ParameterizedTest
    @CsvSource({"010, 8", "0x1F, 31", "00, 0", "0o17, 15", "0b101, 5", "-0x10, -16", "1_000, 1000", "08, 8", "8.0, 8"})
    void integersHaveTheBasesOfGo(String text, long value) throws MalformedSubjectException {
        assertEquals(value, known(read(DocumentDialect.KUBERNETES, "a: " + text).integer("a")));
    }

    @Test
    void aSwitchOfComposeMayBeAWord() throws MalformedSubjectException {
        DocumentValue root = read(DocumentDialect.COMPOSE, "a: yes\nb: 'yes'\nc: off\n");
        assertEquals(true, known(root.bool("a")));
        assertEquals(false, known(root.bool("c")));
        assertInstanceOf(Fact.Missing.class, root.bool("b"));
    }

    @Test
    void valuesKnowTheirLines() throws MalformedSubjectException {
        DocumentValue root = read(DocumentDialect.KUBERNETES, """
                spec:
                  containers:
                  - name: a
                    securityContext: {privileged: yes}

                  # a comment
                other: 1
                """);
        DocumentValue container = known(root.elements("spec", "containers")).get(0);
        Fact.Known<Boolean> privileged = (Fact.Known<Boolean>) container.bool("securityContext", "privileged");
        Location.Region at = (Location.Region) privileged.at();
        assertEquals("a.yaml:4:35", at.toString());
        assertEquals("/spec/containers/0/securityContext/privileged", at.pointer());
        assertEquals(4, at.endLine());
        assertEquals(38, at.endColumn());
        // A block ends with its last value, not where the next token begins.
        assertEquals(4, root.member("spec").orElseThrow().location().endLine());
        assertEquals(
                "a.yaml:4:23",
                container
                        .member("securityContext")
                        .orElseThrow()
                        .keyLocation("privileged")
                        .orElseThrow()
                        .toString());
    }

    @Test
    void aMissingValueKnowsWhereItWouldBe() throws MalformedSubjectException {
        DocumentValue root = read(DocumentDialect.KUBERNETES, "spec:\n  a: 1\n  b: null\n");
        Fact.Missing<Boolean> absent = (Fact.Missing<Boolean>) root.bool("spec", "x", "y");
        assertEquals(MissingValue.Reason.KEY_MISSING, absent.reason());
        Location.Region at = (Location.Region) absent.at().orElseThrow();
        assertEquals("/spec/x/y", at.pointer());
        assertEquals(2, at.line());
        Fact.Missing<String> isNull = (Fact.Missing<String>) root.text("spec", "b");
        assertEquals(MissingValue.Reason.KEY_MISSING, isNull.reason());
        assertEquals(3, ((Location.Region) isNull.at().orElseThrow()).line());
        Fact.Missing<String> wrong = (Fact.Missing<String>) root.text("spec", "a");
        assertEquals(MissingValue.Reason.UNREADABLE, wrong.reason());
        assertEquals("spec.a of a.yaml is a number at line 2, not a text", wrong.what());
    }

    @Test
    void elementsOfAListHaveTheirOwnPlaces() throws MalformedSubjectException {
        DocumentValue root = read(DocumentDialect.KUBERNETES, "add:\n- A\n- B\n");
        Fact.Known<List<String>> texts = (Fact.Known<List<String>>) root.texts("add");
        assertEquals(List.of("A", "B"), texts.value());
        assertEquals("a.yaml:3:3", texts.at().child("1").toString());
        assertEquals("/add/1", ((Location.Region) texts.at().child("1")).pointer());
    }

    @Test
    void mergeKeysAddWhatTheMappingLacks() throws MalformedSubjectException {
        String text = """
                base: &base {a: 1, b: 2}
                more: &more {b: 3, c: 4}
                own:
                  b: 5
                  <<: [*base, *more]
                """;
        for (DocumentDialect dialect : List.of(DocumentDialect.KUBERNETES, DocumentDialect.COMPOSE)) {
            DocumentValue root = read(dialect, text);
            assertEquals(1L, known(root.integer("own", "a")));
            assertEquals(5L, known(root.integer("own", "b")));
            assertEquals(4L, known(root.integer("own", "c")));
            assertEquals(Set.of("a", "b", "c"), root.member("own").orElseThrow().names());
        }
    }

    @Test
    void duplicateKeysFollowTheDialect() throws MalformedSubjectException {
        String text = "a: 1\nb: 2\na: 3\n";
        List<Document> documents = DocumentReader.of(DocumentDialect.KUBERNETES).read(file(text));
        assertEquals(3L, known(documents.get(0).root().integer("a")));
        assertEquals("a.yaml:1:1", documents.get(0).duplicateKeys().get(0).toString());
        MalformedSubjectException refusal = refusal(DocumentDialect.COMPOSE, text);
        assertEquals(Reason.DUPLICATE_MEMBER, refusal.reason());
        assertEquals(OptionalInt.of(3), refusal.line());
        assertEquals(
                Reason.DUPLICATE_MEMBER,
                refusal(DocumentDialect.JSON, "{\"a\": 1, \"a\": 2}").reason());
    }

    @Test
    void tagsOfTheDialectAreKept() throws MalformedSubjectException {
        DocumentValue root =
                read(DocumentDialect.COMPOSE, "ports: !reset []\ncommand: !override [a]\nc: !reset null\n");
        assertEquals(Optional.of("!reset"), root.member("ports").orElseThrow().tag());
        assertEquals(
                Optional.of("!override"), root.member("command").orElseThrow().tag());
        assertEquals(Optional.of("!reset"), root.member("c").orElseThrow().tag());
    }

    @Test
    void oneFileMayHaveSeveralDocuments() throws MalformedSubjectException {
        DocumentReader reader = DocumentReader.of(DocumentDialect.KUBERNETES);
        assertEquals(3, reader.read(file("a: 1\n---\n---\nb: 2\n")).size());
        assertEquals(2, reader.read(file("{\"a\": 1}\n{\"a\": 2}")).size());
        assertEquals(0, reader.read(file("# nothing\n")).size());
        assertEquals(1, reader.read(file("{a: 1}")).size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a: [", "a: *x", "a: &x [*x]", "\t- a", "? [a]\n: b", "a: \"\\x\"", "<<: 1\n", "a: \"\\ud800\""})
    void malformedYamlIsOneErrorWithItsLine(String text) {
        MalformedSubjectException refusal = refusal(DocumentDialect.KUBERNETES, text);
        assertEquals(Reason.SYNTAX, refusal.reason());
        assertTrue(refusal.line().isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1,}",
                "{\"a\" 1}",
                "[1 2]",
                "{\"a\": 01}",
                "{\"a\": \"\u0001\"}",
                "{\"a\": \"\\q\"}",
                "[",
                "",
                "{} {}",
                "{\"a\": tru}",
                "[,1]",
                "{,}",
                "\"\\u12\"",
                "\"\\ud800\"",
                "{\"\\ude00\\ud83d\": 1}",
                "nul",
                "[1,,2]"
            })
    void whatIsNotJsonIsRefused(String text) {
        assertEquals(Reason.SYNTAX, refusal(DocumentDialect.JSON, text).reason());
    }

    @Test
    void jsonHasEscapesAndLinesToo() throws MalformedSubjectException {
        DocumentValue root = read(DocumentDialect.JSON, "{\n \"a\\n\\u00e9\": [true, \"x\\\"\"]}");
        assertEquals(
                "a.yaml:2:16", known(root.elements("a\né")).get(0).location().toString());
        assertEquals(
                "x\"",
                known(root.elements("a\né").flatMapAt((list, at) -> list.get(1).text())));
    }

    @ParameterizedTest
    @EnumSource(DocumentDialect.class)
    void depthIsBounded(DocumentDialect dialect) {
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(dialect, "[".repeat(5000) + "]".repeat(5000)).reason());
        if (dialect.isYaml()) {
            assertEquals(
                    Reason.LIMIT_EXCEEDED, refusal(dialect, "- ".repeat(5000)).reason());
        }
    }

    @Test
    void aliasesCountEachTime() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            String below = "*a" + (i - 1);
            bomb.append("a" + i + ": &a" + i + " [" + String.join(", ", Collections.nCopies(9, below)) + "]\n");
        }
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(DocumentDialect.KUBERNETES, bomb.toString()).reason());
        StringBuilder merges = new StringBuilder("m0: &m0 {k: v}\n");
        for (int i = 1; i < 60; i++) {
            merges.append("m" + i + ": &m" + i + " {<<: *m" + (i - 1) + ", a" + i + ": *m" + (i - 1) + "}\n");
        }
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal(DocumentDialect.COMPOSE, merges.toString()).reason());
    }

    @Test
    void valuesAndBytesAreBounded() {
        DocumentReader reader = DocumentReader.of(DocumentDialect.KUBERNETES)
                .withLimits(SubjectLimits.defaults().withMaxDocumentBytes(50_000));
        MalformedSubjectException many =
                assertThrows(MalformedSubjectException.class, () -> reader.read(file("- a\n".repeat(12_000))));
        assertEquals(Reason.LIMIT_EXCEEDED, many.reason());
        MalformedSubjectException tooLong =
                assertThrows(MalformedSubjectException.class, () -> reader.read(file("a".repeat(50_001))));
        assertEquals(Reason.LIMIT_EXCEEDED, tooLong.reason());
    }

    @Test
    void findsTheMembersOfSmallAndLargeMappings() throws MalformedSubjectException {
        for (int size : new int[] {1, 12, 13, 1000}) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < size; i++) {
                text.append('k').append(i * 7919 % 1000).append(": ").append(i).append('\n');
            }
            DocumentValue root = read(DocumentDialect.KUBERNETES, text.toString());
            assertEquals(size, root.names().size());
            assertEquals("k0", root.names().iterator().next());
            for (int i = 0; i < size; i++) {
                assertEquals((long) i, known(root.integer("k" + i * 7919 % 1000)));
            }
            assertTrue(root.member("k").isEmpty());
            assertFalse(root.names().contains("k1001"));
        }
    }

    @Test
    void namesOfEqualHashesAreNoBurden() throws MalformedSubjectException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1 << 15; i++) {
            for (int bit = 0; bit < 15; bit++) {
                text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            text.append(": 1\n");
        }
        assertEquals(
                1 << 15,
                read(DocumentDialect.KUBERNETES, text.toString()).names().size());
    }

    @Test
    void columnsAreInCodeUnitsAlsoAfterOtherCharacters() throws MalformedSubjectException {
        DocumentValue root = read(DocumentDialect.KUBERNETES, "a: 1\n\"\uD83D\uDE00\": b\n");
        assertEquals(
                "a.yaml:2:7",
                root.member("\uD83D\uDE00").orElseThrow().location().toString());
    }

    @Property
    void anyTextIsReadOrRefused(
            @ForAll DocumentDialect dialect,
            @ForAll
                    @StringLength(max = 60)
                    @Chars({
                        'a', ':', ' ', '\n', '-', '[', ']', '{', '}', '"', '&', '*', '<', '!', '1', '0', ',', '\'', '|',
                        '#', '\\', '~', '\t', '%', '?'
                    })
                    String text) {
        try {
            for (Document document : DocumentReader.of(dialect).read(file(text))) {
                walk(document.root());
            }
        } catch (MalformedSubjectException e) {
            assertTrue(e.reason() != Reason.NOT_JSON
                    && String.valueOf(e.getMessage()).length() <= 1001);
        }
    }

    static void walk(DocumentValue value) {
        assertTrue(value.location().line() >= 1);
        switch (value.type()) {
            case MAPPING -> known(value.members()).values().forEach(DocumentReaderTest::walk);
            case SEQUENCE -> known(value.elements()).forEach(DocumentReaderTest::walk);
            case TEXT -> known(value.text());
            case BOOLEAN -> known(value.bool());
            case NUMBER -> {
                known(value.scalar());
                value.integer();
            }
            case NULL -> assertInstanceOf(Fact.Missing.class, value.value());
        }
    }
}
