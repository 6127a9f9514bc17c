package dev.tallyclerk.examples.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says, done. */
class ReadmeTest {
    @TempDir
    Path folder;

    @Test
    void theCommandAuditsTheImagesOfTheProject() throws Exception {
        String line = Files.readString(Path.of("fleet-audit/README.md"))
                .lines()
                .filter(each -> each.startsWith("java -Xmx256m -jar "))
                .findFirst()
                .orElseThrow();
        List<String> words = Arrays.asList(line.split(" ", -1));
        assertEquals("examples/fleet-audit/target/fleet-audit.jar", words.get(3));
        List<String> arguments = new ArrayList<>();
        // The tests run in the folder of the examples.
        words.subList(4, words.size()).forEach(word -> arguments.add(word.replaceFirst("^examples/", "")));
        arguments.addAll(List.of(
                "--state",
                folder.resolve("state").toString(),
                "--output",
                folder.resolve("out").toString()));
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        assertEquals(Summary.REJECTED, Main.run(nowhere, arguments.toArray(String[]::new)));
        assertEquals(2, Files.readAllLines(folder.resolve("out/images.jsonl")).size());
        assertTrue(Files.readString(folder.resolve("out/summary.html")).startsWith("<!doctype html>"));
    }
}
