package dev.tallyclerk.examples.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    Path folder;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> read() throws IOException {
        List<String> records = new ArrayList<>();
        Journal.open(
                        folder.resolve("log"),
                        (position, record) -> records.add(new String(record, StandardCharsets.UTF_8)))
                .close();
        return records;
    }

    @Test
    void aRecordThatIsNotWholeIsCutOff() throws IOException {
        try (Journal journal = Journal.open(folder.resolve("log"), (position, record) -> {})) {
            journal.add(utf8("first"));
            journal.add(utf8("second"));
        }
        byte[] whole = Files.readAllBytes(folder.resolve("log"));
        assertEquals(List.of("first", "second"), read());
        for (int length = 0; length < whole.length; length++) {
            Files.write(folder.resolve("log"), Arrays.copyOf(whole, length));
            assertEquals(length < 17 ? List.of() : List.of("first"), read());
            try (Journal journal = Journal.open(folder.resolve("log"), (position, record) -> {})) {
                long position = journal.add(utf8("third"));
                assertEquals("third", new String(journal.read(position), StandardCharsets.UTF_8));
            }
            assertEquals(length < 17 ? List.of("third") : List.of("first", "third"), read());
        }
    }

    @Test
    void aDamagedResultCountsAsNone() throws IOException {
        ResultFolder results = ResultFolder.in(folder.resolve("layers"));
        byte[] content = utf8("what was found out");
        results.at("here").save("key", out -> new ByteArrayInputStream(content).transferTo(out));
        try (InputStream in = results.at("here").find("key").orElseThrow()) {
            assertEquals("what was found out", new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertTrue(results.at("elsewhere").find("key").isEmpty(), "each origin has its own");
        Path file;
        try (Stream<Path> files = Files.list(folder.resolve("layers"))) {
            file = files.findFirst().orElseThrow();
        }
        byte[] stored = Files.readAllBytes(file);
        for (int i = 0; i < stored.length; i++) {
            byte[] damaged = stored.clone();
            damaged[i]++;
            Files.write(file, damaged);
            assertEquals(Optional.empty(), results.at("here").find("key").map(Object::toString));
            Files.write(file, Arrays.copyOf(stored, i));
            assertEquals(Optional.empty(), results.at("here").find("key").map(Object::toString));
        }
    }
}
