package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyFilesTest {
    @TempDir
    Path folder;

    private Path document;
    private Path key;
    private Path store;

    @BeforeEach
    void write() throws IOException {
        document = Files.writeString(folder.resolve("trust.yml"), "rules");
        key = Files.writeString(folder.resolve("ours.pub"), "key 1");
        store = Files.createDirectories(folder.resolve("truststore/x509/ca"));
        Files.writeString(store.resolve("ca.pem"), "ca 1");
    }

    private PolicyFiles read() throws IOException {
        PolicyFiles files = new PolicyFiles();
        files.document(document, 100);
        files.accept(key);
        files.accept(folder.resolve("truststore"));
        return files;
    }

    @Test
    void theVersionIsOfTheContentsOfAllFiles() throws IOException {
        String version = read().version();
        assertEquals(version, read().version());
        for (Path each : new Path[] {document, key, store.resolve("ca.pem")}) {
            String before = Files.readString(each);
            Files.writeString(each, before.toUpperCase(Locale.ROOT));
            assertNotEquals(version, read().version(), each.toString());
            Files.writeString(each, before);
            assertEquals(version, read().version(), each.toString());
        }
    }

    @Test
    void noticesAChangeOfEachFileAlsoDeepInAFolder() throws IOException {
        for (Path each : new Path[] {document, key, store.resolve("ca.pem")}) {
            Map<Path, Object> states = read().states();
            assertTrue(PolicyFiles.areUnchanged(states));
            Files.writeString(each, "longer than before");
            assertFalse(PolicyFiles.areUnchanged(states), each.toString());
        }
        Map<Path, Object> states = read().states();
        Files.writeString(store.resolve("more.pem"), "ca 2");
        assertFalse(PolicyFiles.areUnchanged(states));
    }

    @Test
    void noticesAFileOfTheSameSizeAndTime() throws IOException {
        Map<Path, Object> states = read().states();
        Path other = Files.writeString(folder.resolve("new.pub"), "key 2");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(key));
        Files.move(other, key, StandardCopyOption.REPLACE_EXISTING);
        assertFalse(PolicyFiles.areUnchanged(states));
    }

    @Test
    void aFileThatCannotBeReadIsNoVersionAndItsReturnIsNoticed() throws IOException {
        Files.delete(key);
        PolicyFiles files = read();
        assertThrows(IOException.class, files::version);
        assertTrue(PolicyFiles.areUnchanged(files.states()));
        Files.writeString(key, "key 1");
        assertFalse(PolicyFiles.areUnchanged(files.states()));
        assertThrows(IOException.class, () -> new PolicyFiles().document(folder.resolve("none.yml"), 100));
    }
}
