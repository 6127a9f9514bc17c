package dev.tallyclerk.hardening.document;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.source.SourceDocument;

/** Every file is read or refused in every dialect, and each value has a place. */
class DocumentReaderFuzzTest {
    @FuzzTest
    void read(byte[] data) {
        for (DocumentDialect dialect : DocumentDialect.values()) {
            try {
                for (Document document : DocumentReader.of(dialect).read(SourceDocument.of("fuzz", data))) {
                    DocumentReaderTest.walk(document.root());
                }
            } catch (MalformedSubjectException e) {
                assertTrue(String.valueOf(e.getMessage()).length() <= 1001, "the message is bounded");
            }
        }
    }
}
