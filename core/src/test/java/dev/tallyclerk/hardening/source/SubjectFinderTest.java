package dev.tallyclerk.hardening.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.SubjectLimits;
import dev.tallyclerk.hardening.SubjectRef;
import dev.tallyclerk.hardening.container.ContainerKind;
import dev.tallyclerk.hardening.engine.DaemonFileKind;
import dev.tallyclerk.hardening.seccomp.SeccompKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectFinderTest {
    private static final SubjectFinder FINDER =
            SubjectFinder.of(List.of(ContainerKind.create(), SeccompKind.create(), DaemonFileKind.create()));

    private static SourceDocument document(String name, String text) {
        return SourceDocument.of(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private record Badge(SubjectRef ref) implements Subject {}

    /** Files that begin with a word; the second line is the subject's name. */
    private record WordKind(String name, Recognition recognition) implements SubjectKind {
        @Override
        public String title() {
            return name + " file";
        }

        @Override
        public Recognition recognise(SourceDocument document) {
            return document.start().startsWith("badge") ? recognition : Recognition.NONE;
        }

        @Override
        public List<Badge> read(SourceDocument document, SourceContext context) throws MalformedSubjectException {
            String[] lines = document.text(context.limits()).split("\n", -1);
            if (lines.length < 2) {
                throw new MalformedSubjectException(
                        MalformedSubjectException.Reason.SYNTAX, document.name(), "", "has no second line");
            }
            return List.of(new Badge(SubjectRef.of("badge", lines[1])));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{\"Id\": \"1\", \"HostConfig\": {}}] | container",
                "{\"Image\": \"a\", \"Cmd\": []} | container",
                "{\"defaultAction\": \"SCMP_ACT_ERRNO\"} | seccomp",
                "{\"defaultAction\": \"SCMP_ACT_ERRNO\", | seccomp",
                "{\"log-driver\": \"local\", \"icc\": false} | engine",
                "{\"hosts\": 1, \"name\": 2, \"other\": 3} | ",
                "{\"a\": {\"HostConfig\": 1}} | ",
                "hello | ",
            })
    void goesByContent(String text, String kind) {
        assertEquals(
                Optional.ofNullable(kind),
                FINDER.kindOf(document("any.txt", text)).map(SubjectKind::name));
    }

    @Test
    void thirdPartiesAddKinds() {
        SubjectFinder finder = SubjectFinder.of(List.of(new WordKind("badge", Recognition.CERTAIN)));
        SubjectFile file = finder.read(document("a", "badge\nann"), SourceContext.create());
        assertEquals("badge ann", file.subjects().get(0).ref().toString());
        assertEquals("a: badge file", file.toString());
    }

    @Test
    void aCertainKindGoesBeforeAPossibleOneAndOtherwiseTheFirst() {
        SubjectKind possible = new WordKind("possible", Recognition.POSSIBLE);
        SubjectKind certain = new WordKind("certain", Recognition.CERTAIN);
        SubjectKind other = new WordKind("other", Recognition.CERTAIN);
        SourceDocument badge = document("a", "badge\nann");
        assertEquals(
                Optional.of(certain),
                SubjectFinder.of(List.of(possible, certain, other)).kindOf(badge));
        assertEquals(
                Optional.of(other),
                SubjectFinder.of(List.of(possible, other, certain)).kindOf(badge));
    }

    @Test
    void aMalformedFileDoesNotAffectTheOthersAndAllKeepTheirPlaces() {
        SubjectFinder finder = SubjectFinder.of(List.of(new WordKind("badge", Recognition.CERTAIN)));
        List<SubjectFile> files = finder.read(
                List.of(document("1", "badge\nann"), document("2", "other"), document("3", "badge")),
                SourceContext.create());
        assertEquals(
                List.of("1", "2", "3"),
                files.stream().map(file -> file.document().name()).toList());
        assertEquals(1, files.get(0).subjects().size());
        assertTrue(files.get(1).kind().isEmpty());
        assertEquals(
                Optional.of(MalformedSubjectException.Reason.SYNTAX),
                files.get(2).failure().map(MalformedSubjectException::reason));
    }

    @Test
    void aKindThatLosesDocumentsIsRefused() {
        SubjectKind lossy = new SubjectKind() {
            @Override
            public String name() {
                return "lossy";
            }

            @Override
            public String title() {
                return "lossy";
            }

            @Override
            public Recognition recognise(SourceDocument document) {
                return Recognition.CERTAIN;
            }

            @Override
            public List<Subject> read(SourceDocument document, SourceContext context) {
                return List.of();
            }

            @Override
            public List<SubjectFile> readAll(List<SourceDocument> documents, SourceContext context) {
                return List.of();
            }
        };
        SubjectFinder finder = SubjectFinder.of(List.of(lossy));
        SourceDocument any = document("a", "x");
        assertThrows(IllegalStateException.class, () -> finder.read(any, SourceContext.create()));
    }

    @Test
    void namesOfMembersAreThoseAtTheTop() {
        assertEquals(
                Set.of("a", "b c"),
                document("x", "{\"a\": {\"in\": [1]}, \"b c\" : \"}\\\"\"}").memberNames());
        assertEquals(
                Set.of("a", "b"),
                document("x", "[{\"a\": 1}, {\"b\": {\"c\": 2}}]").memberNames());
        assertEquals(
                Set.of("kind", "metadata", "x-y"),
                document("x", "# text: here\nkind: Pod\r\nmetadata:\n  name: a\n---\n\"x-y\": 1\n")
                        .memberNames());
        assertEquals(Set.of(), document("x", "\u0000\u0001").memberNames());
    }

    @Property
    void recognitionNeverFails(@ForAll byte[] content) {
        SourceDocument any = SourceDocument.of("any", content);
        FINDER.kindOf(any);
        assertTrue(any.memberNames().size() <= content.length);
    }

    @Test
    void textIsDecodedWithItsMarkAndWithinTheLimits() throws MalformedSubjectException {
        SubjectLimits limits = SubjectLimits.defaults();
        assertEquals("é", document("a", "\uFEFFé").text(limits));
        assertEquals(
                "é",
                SourceDocument.of("a", "\uFEFFé".getBytes(StandardCharsets.UTF_16LE))
                        .text(limits));
        assertEquals(
                "é",
                SourceDocument.of("a", "\uFEFFé".getBytes(StandardCharsets.UTF_16LE))
                        .start());
        MalformedSubjectException tooLong = assertThrows(
                MalformedSubjectException.class, () -> document("a", "xyz").text(limits.withMaxDocumentBytes(2)));
        assertEquals(MalformedSubjectException.Reason.LIMIT_EXCEEDED, tooLong.reason());
        SourceDocument broken = SourceDocument.of("a", new byte[] {(byte) 0xff});
        MalformedSubjectException notText = assertThrows(MalformedSubjectException.class, () -> broken.text(limits));
        assertEquals(MalformedSubjectException.Reason.SYNTAX, notText.reason());
    }

    @Test
    void filesBesideADocumentAreFoundByRelativePathsOnly() {
        SourceContext context = SourceContext.create().withFiles(path -> Optional.of(document(path, "x")));
        SourceDocument compose = document("deploy/compose.yaml", "x");
        assertEquals(Optional.of("deploy/.env"), context.beside(compose, ".env").map(SourceDocument::name));
        assertEquals(Optional.empty(), context.beside(compose, "/etc/passwd"));
        assertEquals(Optional.empty(), SourceContext.create().beside(compose, ".env"));
    }
}
