package dev.tallyclerk.hardening.compose;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.Outcome;
import dev.tallyclerk.hardening.Subject;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import dev.tallyclerk.hardening.source.SubjectFile;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every rule has a verdict for every project that can be read. */
class ComposeFuzzTest {
    @FuzzTest
    void audit(byte[] data) {
        // The second half is another file, which the first may extend, include or name as one of variables.
        SourceDocument one = SourceDocument.of("compose.yaml", Arrays.copyOf(data, data.length / 2));
        SourceDocument other = SourceDocument.of("other.yaml", Arrays.copyOfRange(data, data.length / 2, data.length));
        SourceDocument whole = SourceDocument.of("compose.yaml", data);
        SourceContext context = SourceContext.create()
                .withFiles(path -> path.equals("other.yaml") || path.equals(".env")
                        ? Optional.of(other)
                        : path.equals("compose.yaml") ? Optional.of(one) : Optional.empty());
        ComposeKind kind = ComposeKind.create().withEnvironment(Map.of("A", "a", "EMPTY", ""));
        for (List<SourceDocument> documents : List.of(List.of(whole), List.of(one), List.of(one, other))) {
            for (SubjectFile file : kind.asOneProject().readAll(documents, context)) {
                file.failure().ifPresent(ComposeFuzzTest::assertBounded);
                for (Subject subject : file.subjects()) {
                    assertFalse(Projects.kinds(subject).containsValue(Outcome.Kind.ERROR), "a rule has no outcome");
                }
            }
        }
        kind.recognise(whole);
    }

    private static void assertBounded(MalformedSubjectException e) {
        assertTrue(String.valueOf(e.getMessage()).length() <= 1001, "the message is bounded");
    }
}
