package dev.tallyclerk.registry.audit.files;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.analysis.ContentConsumer;

/** Any file is a program with what was found out, a program with a problem, or none. */
class ElfReaderFuzzTest {
    @FuzzTest
    void read(byte[] data) {
        int length = Math.min(data.length, ContentConsumer.CHUNK_BYTES);
        ElfReader reader = ElfReader.start(data, 0, length);
        if (reader != null) {
            reader.update(data, 0, length);
            ElfFile elf = reader.finish();
            assertTrue(elf.libraryPaths().size() <= 4);
            elf.libraryPaths().forEach(path -> assertTrue(path.length() <= 4096));
        }
    }
}
