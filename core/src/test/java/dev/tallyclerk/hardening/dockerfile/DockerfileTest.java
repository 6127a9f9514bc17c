package dev.tallyclerk.hardening.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.Fact;
import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.MalformedSubjectException.Reason;
import dev.tallyclerk.hardening.dockerfile.Instruction.Heredoc;
import dev.tallyclerk.hardening.dockerfile.Instruction.Pair;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of BuildKit's own frontend, without substitution. */
class DockerfileTest {
    private static Dockerfile parse(String text) throws MalformedSubjectException {
        return Dockerfile.parse("Dockerfile", text);
    }

    private static List<String> keywords(String text) throws MalformedSubjectException {
        return parse(text).instructions().stream().map(Instruction::keyword).toList();
    }

    private static Instruction first(String text) throws MalformedSubjectException {
        return parse(text).instructions().get(0);
    }

    private static MalformedSubjectException refusal(String text) {
        return assertThrows(MalformedSubjectException.class, () -> parse(text));
    }

    @Test
    void readsKeywordsInAnyCase() throws Exception {
        assertEquals(List.of("FROM", "RUN", "USER"), keywords("from a\nRun b\nUSER c\n"));
    }

    @Test
    void joinsContinuedLinesWithoutCommentsAndEmptyLines() throws Exception {
        Instruction run = first("RUN a \\ \n# comment\n\n  && b \\\n  && c\n");
        assertEquals("a   && b   && c", run.text());
        assertEquals(Location.Region.of("Dockerfile", 1, 1, 5, 7), run.at());
    }

    @Test
    void doesNotContinueAfterAnEscapedEscapeCharacter() throws Exception {
        assertEquals(List.of("RUN", "USER"), keywords("RUN a \\\\\nUSER b\n"));
    }

    @Test
    void acceptsAByteOrderMarkAndWindowsLineEnds() throws Exception {
        assertEquals(List.of("FROM", "RUN"), keywords("\uFEFFFROM a\r\nRUN b \\\r\n c\r\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "# escape=`, 2",
        "#ESCAPE = `, 2",
        "'# note\n# escape=`', 1",
        "'\n# escape=`', 1",
        "'# a=b\n# escape=`', 1"
    })
    void takesDirectivesOnlyAtTheTop(String head, int instructions) throws Exception {
        assertEquals(instructions, keywords(head + "\nRUN c:\\\nUSER a\n").size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"# syntax=a\n# syntax=b\nFROM c\n", "# escape=x\nFROM a\n"})
    void refusesAmbiguousDirectives(String text) {
        assertEquals(Reason.SYNTAX, refusal(text).reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# syntax=x/y:1\nFROM a\n",
                "#!/usr/bin/env x\n# syntax=x/y:1\nFROM a\n",
                "// syntax=x/y:1\nFROM a\n"
            })
    void findsTheFrontend(String text) throws Exception {
        assertEquals(Optional.of("x/y:1"), parse(text).directive("syntax").map(Directive::value));
    }

    @Test
    void ignoresASyntaxCommentBehindOtherComments() throws Exception {
        assertTrue(parse("# about\n# syntax=x\nFROM a\n").directive("syntax").isEmpty());
    }

    @Test
    void readsHereDocumentsInTheirOrder() throws Exception {
        List<Heredoc> bodies =
                first("RUN <<A cat && 3<<-\"B\" cat\none\nA\n\ttwo\n\tB\n").heredocs();
        assertEquals(
                List.of(new Heredoc("A", 0, true, false, "one\n", 2), new Heredoc("B", 3, false, true, "\ttwo\n", 4)),
                bodies);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RUN [\"a\",\"<<EOF\"]",
                "RUN echo \"<<EOF\"",
                "RUN echo $((1<<EOF))",
                "RUN cat <<< EOF",
                "RUN echo '<<EOF",
                "LABEL a=\"<<EOF\"",
                "CMD <<EOF",
                "ONBUILD CMD <<EOF"
            })
    void findsNoHereDocumentWhereTheBuildFindsNone(String line) throws Exception {
        assertEquals(2, keywords(line + "\nUSER a\n").size());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"COPY <<EOF /x", "ADD <<EOF /x", "ONBUILD RUN <<EOF", "RUN a && \\\n cat <<EOF", "RUN a<<EOF b"})
    void readsHereDocumentsOfCopyAddAndTriggers(String line) throws Exception {
        boolean isWord = !line.contains("a<<");
        List<String> keywords = isWord ? keywords(line + "\nUSER a\nEOF\n") : List.of("RUN");
        assertEquals(1, keywords.size());
    }

    @Test
    void goesOnRightAfterAHereDocument() throws Exception {
        assertEquals(List.of("RUN", "USER"), keywords("RUN <<EOF\na\nEOF\nUSER b"));
    }

    @Test
    void refusesAHereDocumentWithoutEnd() {
        MalformedSubjectException refusal = refusal("FROM a\nRUN <<EOF\nb\n");
        assertEquals(Reason.SYNTAX, refusal.reason());
        assertEquals(2, refusal.line().orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "# only a comment\n"})
    void refusesAFileWithoutInstructions(String text) {
        assertEquals(Reason.SYNTAX, refusal(text).reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ENV A", "LABEL a", "ENV A=b C", "CMD [1]", "RUN [\"a\", true]"})
    void refusesWhatTheGrammarRefuses(String line) {
        MalformedSubjectException refusal = refusal("FROM a\n" + line + "\n");
        assertEquals(Reason.SYNTAX, refusal.reason());
        assertEquals(2, refusal.line().orElseThrow());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FOO a",
                "RUN",
                "FROM a b",
                "FROM a AS 1b",
                "COPY a",
                "SHELL /bin/sh",
                "HEALTHCHECK a",
                "HEALTHCHECK NONE a",
                "HEALTHCHECK CMD",
                "ONBUILD FROM a",
                "ONBUILD ONBUILD RUN a",
                "ONBUILD MAINTAINER a",
                "ENV =a",
                "COPY --form=a b c"
            })
    void keepsInstructionsThatNoBuildAccepts(String line) throws Exception {
        assertTrue(first(line + "\n").defect().isPresent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FROM --platform=a b AS c",
                "RUN --mount=type=cache,target=/a --network=none --security=insecure --device=a b",
                "COPY --from=a --chown=b --chmod=755 --link --parents --exclude=c d e",
                "ADD --checksum=sha256:a --keep-git-dir --unpack b c",
                "HEALTHCHECK --interval=1s --timeout=1s --start-period=1s --start-interval=1s --retries=1 CMD a",
                "HEALTHCHECK none",
                "ONBUILD RUN a",
                "ENV A=",
                "ARG A B=c"
            })
    void acceptsWhatBuildsAccept(String line) throws Exception {
        assertEquals(Optional.empty(), first(line + "\n").defect());
    }

    @Test
    void takesFlagsOnlyBeforeTheArguments() throws Exception {
        Instruction run = first("RUN --network=none --mount=\"type=cache\" echo --mount=x\n");
        assertEquals(Optional.of("none"), run.flag("network"));
        assertEquals(Optional.of("type=cache"), run.flag("mount"));
        assertEquals("echo --mount=x", run.text());
    }

    @Test
    void setsSeveralVariablesOrOneWithTheRestOfTheLine() throws Exception {
        List<Pair> several = first("ENV A=b C=\"d e\" F=g\\ h\n").pairs();
        assertEquals(List.of("A", "C", "F"), several.stream().map(Pair::name).toList());
        assertEquals(
                List.of("b", "\"d e\"", "g\\ h"),
                several.stream().map(Pair::value).toList());
        assertEquals(
                Location.Region.of("Dockerfile", 1, 9, 1, 16), several.get(1).at());
        Pair legacy = first("ENV A b c\n").pairs().get(0);
        assertEquals("b c", legacy.value());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CMD [\"a\", \"b\"]|true",
                "CMD [ ]|true",
                "CMD [\"a\", 'b']|false",
                "CMD [\"a\"] x|false",
                "CMD a|false",
                "RUN [\"a\\\"b\", \"c\"]|true"
            })
    void tellsTheJsonFormFromTheShellForm(String line, boolean isJson) throws Exception {
        assertEquals(isJson, first(line + "\n").isJson());
    }

    @Test
    void givesAnInstructionTheCommentsBeforeIt() throws Exception {
        Dockerfile file = parse("# one\n\n  # two\nFROM a\n# three\nRUN b\n");
        assertEquals(
                List.of("one", "two"),
                file.instructions().get(0).comments().stream()
                        .map(Comment::text)
                        .toList());
        assertEquals(3, file.comments().size());
    }

    @Test
    void findsStagesByNameInAnyCaseAndByNumber() throws Exception {
        Dockerfile file = parse("ARG X\nFROM a AS Build\nRUN b\nFROM build\n");
        assertEquals(1, file.preamble().size());
        assertEquals(0, file.stage("BUILD").orElseThrow().index());
        assertEquals(1, file.stage("1").orElseThrow().index());
        assertTrue(file.stage("2").isEmpty());
        assertFalse(file.stage("other").isPresent());
    }

    @Test
    void refusesLinesAndFilesBeyondTheLimits() {
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal("RUN " + "a".repeat(65_536) + "\n").reason());
        assertEquals(
                Reason.LIMIT_EXCEEDED,
                refusal("RUN " + "\u20ac".repeat(30_000) + "\n").reason());
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("A b\n".repeat(10_001)).reason());
        assertEquals(Reason.LIMIT_EXCEEDED, refusal("#\n".repeat(1 << 20)).reason());
    }

    @Test
    void namesTheImagesThatABuildReads() throws MalformedSubjectException {
        DockerfileSubject file = Dockerfiles.read("""
                ARG BASE=debian:12
                ARG OTHER
                FROM golang:1.22 AS build
                RUN --mount=type=bind,from=tools:3,target=/t true
                FROM unused:1 AS idle
                FROM scratch AS nothing
                FROM $OTHER AS other
                FROM ${BASE}
                COPY --from=build /a /a
                COPY --from=nginx:1 /b /b
                COPY --from=nothing /c /c
                COPY --from=other /d /d
                """);
        assertEquals(
                List.of("golang:1.22", "tools:3", "UNRESOLVED_VARIABLE", "debian:12", "nginx:1"),
                file.images().stream()
                        .map(image -> image.fold(
                                (name, at) -> name,
                                Fact.Defaulted::value,
                                missing -> missing.reason().name()))
                        .toList());
        assertEquals(
                List.of("golang:1.22", "tools:3"),
                file.withTarget("build").images().stream()
                        .map(image -> ((Fact.Known<String>) image).value())
                        .toList());
    }
}
