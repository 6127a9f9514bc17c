package dev.tallyclerk.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tallyclerk.testing.Peers;
import dev.tallyclerk.testing.ProjectFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages for those who come from another library show code of that library, which has to be right too. */
class MigrationPagesTest {
    private static final String IMPORTS = """
            import com.google.cloud.tools.jib.api.*;
            import dev.sigstore.KeylessVerifier;
            import dev.sigstore.VerificationOptions;
            import dev.sigstore.bundle.Bundle;
            import dev.sigstore.strings.StringMatcher;
            import java.nio.charset.StandardCharsets;
            import java.nio.file.Path;
            import land.oras.*;
            """;

    @Test
    void theSamplesOfOtherLibrariesCompile(@TempDir Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "-cp",
                System.getProperty("java.class.path") + File.pathSeparator + System.getProperty("jdk.module.path", ""),
                "-d",
                folder.toString()));
        Pattern sample = Pattern.compile("(?s)```java \\[(jib-core|oras-java|sigstore-java)]\n(.*?)```");
        List<String> libraries = new ArrayList<>();
        for (String library : List.of("jib-core", "oras-java", "sigstore-java")) {
            Matcher found =
                    sample.matcher(Files.readString(ProjectFiles.root().resolve("docs/from-" + library + ".md")));
            while (found.find()) {
                String name = "Sample" + libraries.size();
                libraries.add(found.group(1));
                command.add(Files.writeString(
                                folder.resolve(name + ".java"),
                                IMPORTS + "class " + name + " {\n    void run() throws Exception {\n" + found.group(2)
                                        + "    }\n}\n")
                        .toString());
            }
        }
        assertEquals(List.of("jib-core", "oras-java", "sigstore-java"), libraries);
        Peers.run(ProjectFiles.root(), command.toArray(String[]::new)); // fails unless they compile
    }
}
